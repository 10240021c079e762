import { Region, Text, fail } from 'otelwasm/assembly';
import { bytesFieldSize, putBytesHeader } from 'otelwasm/assembly/protobuf';

/** Tag and length of a field of less than 128 bytes, as nearly all are. */
const HEADER_BYTES: usize = 2;

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

  putText(text: Text): void {
    this.put(text.pointer, text.size);
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

  /** Puts the tag and the length before the content that began at `content`, which moves when they are long. */
  end(number: u32, content: usize): void {
    const region = this.region;
    const size = region.length - content;
    const more = bytesFieldSize(number, size) - size - HEADER_BYTES;
    if (more > 0) {
      if (!this.reserve(more)) return;
      const at = region.pointer + content;
      memory.copy(at + more, at, size);
    }
    putBytesHeader(region.pointer + content - HEADER_BYTES, number, size);
  }

  /** What was written from `start` on, until more is written. */
  from(start: usize): Text {
    return this.view.bind(this.region.pointer + start, this.region.length - start);
  }

  /** Makes room that counts as written. False when memory cannot grow. */
  private reserve(size: usize): bool {
    const region = this.region;
    if (!region.reserve(region.length + size)) {
      fail('out of memory: no room for ' + size.toString() + ' bytes');
      return false;
    }
    region.length += size;
    return true;
  }
}

export const output = new Output();
