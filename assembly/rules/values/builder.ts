import { arena } from './arena';
import { Kind, Val } from './val';

/** Builds bytes by appending, in the arena of the current item. */
export class Builder {
  pointer: usize = 0;
  size: usize = 0;
  private capacity: usize = 0;

  constructor(capacity: usize = 64) {
    this.pointer = arena.take(capacity);
    this.capacity = capacity;
  }

  protected room(size: usize): usize {
    const wanted = this.size + size;
    if (wanted > this.capacity) {
      const capacity = wanted << 1;
      const larger = arena.take(capacity);
      memory.copy(larger, this.pointer, this.size);
      this.pointer = larger;
      this.capacity = capacity;
    }
    const at = this.pointer + this.size;
    this.size = wanted;
    return at;
  }

  byte(value: u32): void {
    store<u8>(this.room(1), <u8>value);
  }

  bytes(pointer: usize, size: usize): void {
    memory.copy(this.room(size), pointer, size);
  }

  value(text: Val): void {
    this.bytes(text.pointer, text.size);
  }

  /** Appends a string. */
  string(value: string): void {
    const size = String.UTF8.byteLength(value);
    String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, this.room(size));
  }

  int(value: i64): void {
    this.string(value.toString());
  }

  rune(code: u32): void {
    if (code < 0x80) return this.byte(code);
    if (code < 0x800) {
      this.byte(0xc0 | (code >> 6));
    } else {
      if (code < 0x10000) {
        this.byte(0xe0 | (code >> 12));
      } else {
        this.byte(0xf0 | (code >> 18));
        this.byte(0x80 | ((code >> 12) & 0x3f));
      }
      this.byte(0x80 | ((code >> 6) & 0x3f));
    }
    this.byte(0x80 | (code & 0x3f));
  }

  text(): Val {
    return Val.text(this.pointer, this.size);
  }

  asBytes(): Val {
    return Val.bytes(Kind.Bytes, this.pointer, this.size);
  }
}
