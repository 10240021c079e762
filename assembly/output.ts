import { Message } from './message';
import { Region } from './memory';
import { fail } from './status';
import { bytesFieldSize, putBytesHeader, putVarint, varintSize } from './wire';

/**
 * The batch as it will go out: a copy of the batch that came in, made in large pieces between the places that differ.
 * Bytes not copied yet count as copied, so positions are known before that; a batch that nobody changed is never copied.
 */
class Output {
  private bytes: Region = new Region();
  /** Everything of the incoming batch before this address is in `bytes`, or was left out. */
  private copied: usize = 0;
  /** True once the outgoing batch differs from the incoming one. */
  changed: bool = false;

  begin(start: usize): void {
    this.bytes.length = 0;
    this.copied = start;
    this.changed = false;
  }

  get pointer(): usize {
    return this.bytes.pointer;
  }

  get length(): usize {
    return this.bytes.length;
  }

  /** Where the incoming byte at `at`, which is not copied yet, will be in the outgoing batch. */
  @inline positionOf(at: usize): usize {
    return this.bytes.length + (at - this.copied);
  }

  /** Copies everything up to `at`. */
  copyTo(at: usize): void {
    if (at == this.copied) return;
    if (!this.bytes.append(this.copied, at - this.copied)) outOfMemory(this.bytes.length + at - this.copied);
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
    this.bytes.length = position;
    this.copied = end;
  }

  /** Puts a field with this content in place of the incoming bytes `[start, end)`. */
  replace(start: usize, end: usize, number: u32, content: Message): void {
    this.drop(start, end);
    const size = content.size;
    const total = bytesFieldSize(number, size);
    const bytes = this.bytes;
    if (!bytes.reserve(bytes.length + total)) return outOfMemory(bytes.length + total);
    content.write(putBytesHeader(bytes.pointer + bytes.length, number, size));
    bytes.length += total;
  }

  /** Puts `content` in place of the outgoing bytes `[from, to)`, which are copied already, and moves what follows. */
  splice(from: usize, to: usize, number: u32, content: Message): void {
    this.changed = true;
    const size = content.size;
    const total = bytesFieldSize(number, size);
    if (!this.move(to, from + total)) return;
    content.write(putBytesHeader(this.bytes.pointer + from, number, size));
  }

  /** Writes the length of a message whose content is at `[content, length)` and whose length field starts at `at`. */
  patchLength(at: usize, content: usize): void {
    const size = this.bytes.length - content;
    if (this.move(content, at + varintSize(size))) putVarint(this.bytes.pointer + at, size);
  }

  /** Moves everything from position `from` on to position `to`. */
  private move(from: usize, to: usize): bool {
    if (from == to) return true;
    const bytes = this.bytes;
    const tail = bytes.length - from;
    if (!bytes.reserve(to + tail)) {
      outOfMemory(to + tail);
      return false;
    }
    memory.copy(bytes.pointer + to, bytes.pointer + from, tail);
    bytes.length = to + tail;
    return true;
  }
}

function outOfMemory(size: usize): void {
  fail('out of memory: no room for a result of ' + size.toString() + ' bytes');
}

export const output = new Output();
