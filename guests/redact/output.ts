import { Region, Text, fail } from 'otelwasm/assembly';
import { bytesFieldSize, putBytesHeader } from 'otelwasm/assembly/protobuf';

/** Tag and length of a field of less than 128 bytes, which nearly all fields have. */
const HEADER_BYTES: usize = 2;

/** A buffer of output. Positions in it are offsets, because memory moves when it grows. */
export class Output {
  private region: Region = new Region();
  private view: Text = new Text();

  get length(): usize {
    return this.region.length;
  }

  /** Discards everything after `length`. */
  cutTo(length: usize): void {
    this.region.length = length;
  }

  put(source: usize, size: usize): void {
    if (!this.region.append(source, size))
      fail('out of memory: cannot allocate ' + size.toString() + ' bytes');
  }

  putText(text: Text): void {
    this.put(text.pointer, text.size);
  }

  /** Starts a field of unknown length. The caller writes its content, then passes the result to `end`. */
  begin(): usize {
    this.reserve(HEADER_BYTES);
    return this.region.length;
  }

  /** Undoes `begin`. */
  cancel(content: usize): void {
    this.region.length = content - HEADER_BYTES;
  }

  /** Inserts tag and length before the content that began at `content`. A long length moves the content. */
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

  /** The output since `start`, valid until the next write. */
  from(start: usize): Text {
    return this.view.bind(this.region.pointer + start, this.region.length - start);
  }

  /** Reserves space that counts as written. False when memory cannot grow. */
  private reserve(size: usize): bool {
    const region = this.region;
    if (!region.reserve(region.length + size)) {
      fail('out of memory: cannot allocate ' + size.toString() + ' bytes');
      return false;
    }
    region.length += size;
    return true;
  }
}

export const output = new Output();
