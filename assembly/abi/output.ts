import { Message } from '../protobuf';
import { Region } from '../memory';
import { fail } from '../host';
import { bytesFieldSize, putBytesHeader, putVarint, varintSize } from '../protobuf';

/**
 * The outgoing batch, assembled in large pieces between the changed places. Incoming bytes that are not copied yet
 * count as copied, so positions are known in advance. An unchanged batch is never copied.
 *
 * While the batch only loses bytes, it stays in place and the bytes after a gap move up: that memory is in the
 * processor's caches. The first new bytes move it to a separate buffer.
 */
export class Output {
  private bytes: Region = new Region();
  private inPlace: bool = true;
  pointer: usize = 0;
  length: usize = 0;
  /** All incoming bytes before this address were copied or dropped. */
  private copied: usize = 0;
  /** True once the outgoing batch differs from the incoming one. */
  changed: bool = false;

  begin(start: usize): void {
    this.inPlace = true;
    this.pointer = start;
    this.length = 0;
    this.copied = start;
    this.changed = false;
  }

  /** True when the address is in the buffer for output that is not written in place. */
  owns(address: usize): bool {
    return address - this.bytes.pointer < this.bytes.capacity;
  }

  /** True when copying the incoming byte at `at` will overwrite incoming bytes. */
  movesUp(at: usize): bool {
    return this.inPlace && this.pointer + this.positionOf(at) != at;
  }

  /**
   * Moves the output to a buffer with space for `capacity` bytes. False, with the call failed, when memory cannot
   * grow.
   */
  private reserve(capacity: usize): bool {
    const bytes = this.bytes;
    bytes.length = this.inPlace ? 0 : this.length;
    if (!bytes.reserve(max(capacity, this.length))) {
      fail('out of memory: cannot allocate a result of ' + capacity.toString() + ' bytes');
      return false;
    }
    if (this.inPlace) memory.copy(bytes.pointer, this.pointer, this.length);
    this.inPlace = false;
    this.pointer = bytes.pointer;
    return true;
  }

  /** The position in the outgoing batch of the incoming byte at `at`, which is not copied yet. */
  @inline positionOf(at: usize): usize {
    return this.length + (at - this.copied);
  }

  /** Copies everything up to `at`. */
  copyTo(at: usize): void {
    const size = at - this.copied;
    if (size == 0 || (!this.inPlace && !this.reserve(this.length + size))) return;
    const to = this.pointer + this.length;
    if (to != this.copied) memory.copy(to, this.copied, size);
    this.length += size;
    this.copied = at;
  }

  /** Drops the incoming bytes `[start, end)`. */
  drop(start: usize, end: usize): void {
    this.changed = true;
    this.copyTo(start);
    this.copied = end;
  }

  /** Drops everything from the outgoing `position` to the incoming byte at `end`. */
  dropFrom(position: usize, start: usize, end: usize): void {
    this.changed = true;
    if (start >= this.copied) this.copyTo(start);
    this.length = position;
    this.copied = end;
  }

  /** Replaces the incoming bytes `[start, end)` by a field with this content. */
  replace(start: usize, end: usize, number: u32, content: Message): void {
    this.drop(start, end);
    const size = content.size;
    const total = bytesFieldSize(number, size);
    if (!this.reserve(this.length + total)) return;
    content.write(putBytesHeader(this.pointer + this.length, number, size));
    this.length += total;
  }

  /**
   * Replaces the outgoing bytes `[from, to)`, which are copied already, by `content`, and moves the bytes after them.
   */
  splice(from: usize, to: usize, number: u32, content: Message): void {
    this.changed = true;
    const size = content.size;
    const total = bytesFieldSize(number, size);
    if (!this.reserve(this.length + total) || !this.move(to, from + total)) return;
    content.write(putBytesHeader(this.pointer + from, number, size));
  }

  /** Writes the length of a message whose content is at `[content, length)` and whose length field starts at `at`. */
  patchLength(at: usize, content: usize): void {
    const size = this.length - content;
    if (this.move(content, at + varintSize(size))) putVarint(this.pointer + at, size);
  }

  /** Moves everything from position `from` on to position `to`. */
  private move(from: usize, to: usize): bool {
    if (from == to) return true;
    const tail = this.length - from;
    if (to > from && !this.reserve(to + tail)) return false;
    memory.copy(this.pointer + to, this.pointer + from, tail);
    this.length = to + tail;
    return true;
  }
}

export const output = new Output();
