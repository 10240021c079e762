import { Message } from '../protobuf';
import { Region } from '../memory';
import { fail } from '../host';
import { bytesFieldSize, putBytesHeader, putVarint, varintSize } from '../protobuf';

/**
 * The batch as it will go out, put together in large pieces between the places that differ. Bytes not taken over yet count
 * as taken over, so positions are known before that; an unchanged batch is never copied.
 *
 * As long as it only loses bytes it stays where the incoming batch is, and what follows a gap moves up: that is memory the
 * processor has in its caches. With the first new bytes it moves to a separate buffer.
 */
export class Output {
  private bytes: Region = new Region();
  private inPlace: bool = true;
  pointer: usize = 0;
  length: usize = 0;
  /** Everything of the incoming batch before this address is taken over, or was left out. */
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

  /** True when the address is in the buffer that this writes to once it does not write in place. */
  owns(address: usize): bool {
    return address - this.bytes.pointer < this.bytes.capacity;
  }

  /** True when taking over the incoming byte at `at` will write to where incoming bytes are. */
  movesUp(at: usize): bool {
    return this.inPlace && this.pointer + this.positionOf(at) != at;
  }

  /** Moves to a buffer with room for `capacity` bytes. False, with the call failed, when memory cannot grow. */
  private reserve(capacity: usize): bool {
    const bytes = this.bytes;
    bytes.length = this.inPlace ? 0 : this.length;
    if (!bytes.reserve(max(capacity, this.length))) {
      fail('out of memory: no room for a result of ' + capacity.toString() + ' bytes');
      return false;
    }
    if (this.inPlace) memory.copy(bytes.pointer, this.pointer, this.length);
    this.inPlace = false;
    this.pointer = bytes.pointer;
    return true;
  }

  /** Where the incoming byte at `at`, which is not copied yet, will be in the outgoing batch. */
  @inline positionOf(at: usize): usize {
    return this.length + (at - this.copied);
  }

  /** Takes over everything up to `at`. */
  copyTo(at: usize): void {
    const size = at - this.copied;
    if (size == 0 || (!this.inPlace && !this.reserve(this.length + size))) return;
    const to = this.pointer + this.length;
    if (to != this.copied) memory.copy(to, this.copied, size);
    this.length += size;
    this.copied = at;
  }

  /** Leaves out the incoming bytes `[start, end)`. */
  drop(start: usize, end: usize): void {
    this.changed = true;
    this.copyTo(start);
    this.copied = end;
  }

  /** Leaves out everything from the outgoing `position` to the incoming byte at `end`. */
  dropFrom(position: usize, start: usize, end: usize): void {
    this.changed = true;
    if (start >= this.copied) this.copyTo(start);
    this.length = position;
    this.copied = end;
  }

  /** Puts a field with this content in place of the incoming bytes `[start, end)`. */
  replace(start: usize, end: usize, number: u32, content: Message): void {
    this.drop(start, end);
    const size = content.size;
    const total = bytesFieldSize(number, size);
    if (!this.reserve(this.length + total)) return;
    content.write(putBytesHeader(this.pointer + this.length, number, size));
    this.length += total;
  }

  /** Puts `content` in place of the outgoing bytes `[from, to)`, which are copied already, and moves what follows. */
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
