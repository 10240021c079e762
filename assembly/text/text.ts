import { encodeUtf8 } from './utf8';

/** The initial value and the multiplier of hashes (FNV-1a). */
export const HASH_START: u64 = 0xcbf29ce484222325;
const HASH_PRIME: u64 = 0x100000001b3;

/** UTF-8 text in place: compared without decoding, decoded only by `toString()`. */
export class Text {
  pointer: usize = 0;
  size: usize = 0;
  private owned: ArrayBuffer | null = null;

  /** A new text, e.g. from the configuration, for comparisons. */
  static of(value: string): Text {
    const bytes = encodeUtf8(value);
    const text = new Text();
    text.owned = bytes;
    return text.bind(changetype<usize>(bytes), bytes.byteLength);
  }

  /** A part of the text. It keeps the whole text in memory. */
  part(pointer: usize, size: usize): Text {
    const part = new Text();
    part.owned = this.owned;
    return part.bind(pointer, size);
  }

  @inline bind(pointer: usize, size: usize): this {
    this.pointer = pointer;
    this.size = size;
    return this;
  }

  @inline get isEmpty(): bool {
    return this.size == 0;
  }

  /** True when both are the same bytes. */
  @inline equals(other: Text): bool {
    return this.size == other.size && sameBytes(this.pointer, other.pointer, this.size);
  }

  startsWith(other: Text): bool {
    return this.size >= other.size && sameBytes(this.pointer, other.pointer, other.size);
  }

  endsWith(other: Text): bool {
    return (
      this.size >= other.size && sameBytes(this.pointer + this.size - other.size, other.pointer, other.size)
    );
  }

  /** The first position of `other`, in bytes, at or after `from`; -1 when there is none. */
  indexOf(other: Text, from: i32 = 0): i32 {
    const size = other.size;
    for (let at = <usize>max(from, 0); at + size <= this.size; at++) {
      if (sameBytes(this.pointer + at, other.pointer, size)) return <i32>at;
    }
    return -1;
  }

  /**
   * The bytes from `start` up to, but not including, `end`; both are within the text. The part keeps the whole text
   * in memory.
   */
  slice(start: i32, end: i32 = i32.MAX_VALUE): Text {
    const size = <i32>this.size;
    const first = min(max(start, 0), size);
    return this.part(this.pointer + first, max(min(end, size), first) - first);
  }

  /** The byte at this index, e.g. of an id; 0 outside of the text. */
  byteAt(index: i32): u32 {
    return <usize>index < this.size ? load<u8>(this.pointer + <usize>index) : 0;
  }

  /** True when the text is `value`, e.g. `key.is("http.route")`; nothing is allocated. */
  is(value: string): bool {
    return isText(this.pointer, this.size, value);
  }

  /**
   * A number that equal texts share, and different ones hardly ever: to count or distinguish texts without keeping
   * them.
   */
  get hash(): u64 {
    return hashBytes(HASH_START, this.pointer, this.size);
  }

  toString(): string {
    return String.UTF8.decodeUnsafe(this.pointer, this.size);
  }
}

/** True when the UTF-8 bytes equal `value`. */
export function isText(pointer: usize, size: usize, value: string): bool {
  const units = value.length;
  // A UTF-16 unit takes one to three bytes of UTF-8.
  if (size < <usize>units) return false;
  const end = pointer + size;
  for (let i = 0; i < units; i++) {
    const unit = load<u16>(changetype<usize>(value) + ((<usize>i) << 1));
    if (unit >= 0x80) return isEncoded(end - size, size, value);
    if (pointer >= end || load<u8>(pointer++) != unit) return false;
  }
  return pointer == end;
}

function isEncoded(pointer: usize, size: usize, value: string): bool {
  const bytes = encodeUtf8(value);
  return <usize>bytes.byteLength == size && sameBytes(pointer, changetype<usize>(bytes), size);
}

/** True when the bytes are equal. Compares eight bytes at a time; the last eight may overlap those before. */
export function sameBytes(a: usize, b: usize, size: usize): bool {
  if (size >= 8) {
    const last = size - 8;
    for (let i: usize = 0; i < last; i += 8) {
      if (load<u64>(a + i) != load<u64>(b + i)) return false;
    }
    return load<u64>(a + last) == load<u64>(b + last);
  }
  for (let i: usize = 0; i < size; i++) {
    if (load<u8>(a + i) != load<u8>(b + i)) return false;
  }
  return true;
}

/** Adds bytes and their number to a hash, eight at a time. The last eight may overlap those before. */
export function hashBytes(hash: u64, at: usize, size: usize): u64 {
  hash += <u64>size << 32;
  const end = at + size;
  if (size >= 8) {
    for (; end - at > 8; at += 8) hash = rotl(hash ^ load<u64>(at), 29) * HASH_PRIME;
    return rotl(hash ^ load<u64>(end - 8), 29) * HASH_PRIME;
  }
  let word: u64 = 0;
  if (size >= 4) word = load<u32>(at) | ((<u64>load<u32>(end - 4)) << 32);
  else for (; at < end; at++) word = (word << 8) | load<u8>(at);
  return rotl(hash ^ word, 29) * HASH_PRIME;
}
