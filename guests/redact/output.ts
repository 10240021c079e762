import { Region, Text, fail } from 'otelwasm/assembly';

/** Tag and length of a field, at most. */
const HEADER_BYTES: usize = 10;

/** Bytes that are written one after the other; places in them are offsets, because memory moves when it grows. */
export class Output {
  private region: Region = new Region();
  private view: Text = new Text();

  get length(): usize {
    return this.region.length;
  }

  /** Forgets all that was written behind `length`. */
  cutTo(length: usize): void {
    this.region.length = length;
  }

  put(source: usize, size: usize): void {
    if (!this.region.append(source, size)) fail('out of memory: no room for ' + size.toString() + ' bytes');
  }

  putByte(byte: u32): void {
    const at = this.reserve(1);
    if (at != 0) store<u8>(at, <u8>byte);
  }

  putText(text: Text): void {
    this.put(text.pointer, text.size);
  }

  putVarint(value: u64): void {
    while (value >= 0x80) {
      this.putByte((<u32>(value & 0x7f)) | 0x80);
      value >>= 7;
    }
    this.putByte(<u32>value);
  }

  /** Begins a field whose length is not known yet: its content is written next, then `end` is called with the answer. */
  begin(): usize {
    this.reserve(HEADER_BYTES);
    return this.region.length;
  }

  /** Takes back what `begin` began. */
  cancel(content: usize): void {
    this.region.length = content - HEADER_BYTES;
  }

  /** Puts the tag and the length before the content that began at `content`. */
  end(number: u32, content: usize): void {
    const region = this.region;
    const size = region.length - content;
    region.length = content - HEADER_BYTES;
    this.putVarint((number << 3) | 2);
    this.putVarint(size);
    memory.copy(region.pointer + region.length, region.pointer + content, size);
    region.length += size;
  }

  /** What was written from `start` on, until more is written. */
  from(start: usize): Text {
    return this.view.bind(this.region.pointer + start, this.region.length - start);
  }

  /** Room that counts as written; 0 when memory cannot grow. */
  private reserve(size: usize): usize {
    const region = this.region;
    if (!region.reserve(region.length + size)) {
      fail('out of memory: no room for ' + size.toString() + ' bytes');
      return 0;
    }
    region.length += size;
    return region.pointer + region.length - size;
  }
}

export const output = new Output();
