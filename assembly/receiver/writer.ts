import { Region } from '../memory';
import { encodeUtf8 } from '../text';
import { fail } from '../host';
import { Value } from '../attributes';
import { Wire, putVarint, varintSize } from '../protobuf';

// Space that begin() leaves for a length. end() closes the gap.
const LENGTH_BYTES: usize = 5;

/** Writes protobuf messages, consecutive or nested, into a buffer that is reused. */
export class Writer {
  private bytes: Region = new Region();
  private open: Array<usize> = [];

  get pointer(): usize {
    return this.bytes.pointer;
  }

  get size(): usize {
    return this.bytes.length;
  }

  clear(): void {
    this.bytes.length = 0;
    this.open.length = 0;
  }

  varint(number: u32, value: u64): void {
    const at = this.tag(number, Wire.Varint, varintSize(value));
    if (at != 0) putVarint(at, value);
  }

  fixed64(number: u32, value: u64): void {
    const at = this.tag(number, Wire.Fixed64, 8);
    if (at != 0) store<u64>(at, value);
  }

  double(number: u32, value: f64): void {
    this.fixed64(number, reinterpret<u64>(value));
  }

  raw(number: u32, source: usize, size: usize): void {
    const at = this.tag(number, Wire.Bytes, varintSize(size) + size);
    if (at != 0) memory.copy(putVarint(at, size), source, size);
  }

  text(number: u32, value: string): void {
    const bytes = encodeUtf8(value);
    this.raw(number, changetype<usize>(bytes), bytes.byteLength);
  }

  /** Writes a KeyValue. */
  attribute(number: u32, key: string, value: Value): void {
    this.begin(number);
    this.text(1, key);
    this.raw(2, value.start, value.end - value.start);
    this.end();
  }

  /** Starts a nested message. Everything written up to `end()` is its content. */
  begin(number: u32): void {
    if (this.tag(number, Wire.Bytes, LENGTH_BYTES) != 0) this.open.push(this.bytes.length);
  }

  end(): void {
    if (this.open.length == 0) return;
    const content = this.open.pop();
    const bytes = this.bytes;
    const size = bytes.length - content;
    const at = bytes.pointer + content - LENGTH_BYTES;
    const moved = putVarint(at, size);
    memory.copy(moved, bytes.pointer + content, size);
    bytes.length = moved + size - bytes.pointer;
  }

  /** Appends the contents of another writer. */
  copy(other: Writer): void {
    if (!this.bytes.append(other.pointer, other.size)) outOfMemory(this.size + other.size);
  }

  /** Writes a tag and reserves `size` bytes after it. Returns their address, or 0 when memory cannot grow. */
  private tag(number: u32, wire: u32, size: usize): usize {
    const tag = (number << 3) | wire;
    const bytes = this.bytes;
    const total = varintSize(tag) + size;
    if (!bytes.reserve(bytes.length + total)) {
      outOfMemory(bytes.length + total);
      return 0;
    }
    const at = putVarint(bytes.pointer + bytes.length, tag);
    bytes.length += total;
    return at;
  }
}

function outOfMemory(size: usize): void {
  fail('out of memory: cannot allocate a batch of ' + size.toString() + ' bytes');
}
