/** UTF-8 text where it lies: compared in place, decoded only on `toString()`. */
export class Text {
  pointer: usize = 0;
  size: usize = 0;
  private owned: ArrayBuffer | null = null;

  /** A text of one's own, e.g. from the configuration, to compare others with. */
  static of(value: string): Text {
    const bytes = String.UTF8.encode(value);
    const text = new Text();
    text.owned = bytes;
    return text.bind(changetype<usize>(bytes), bytes.byteLength);
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

  /** True when the text is `value`, e.g. `key.is("http.route")`; nothing is allocated. */
  is(value: string): bool {
    const units = value.length;
    // A UTF-16 unit takes one to three bytes of UTF-8.
    if (this.size < <usize>units) return false;
    let at = this.pointer;
    const end = at + this.size;
    for (let i = 0; i < units; i++) {
      const unit = load<u16>(changetype<usize>(value) + ((<usize>i) << 1));
      if (unit >= 0x80) return this.equals(Text.of(value));
      if (at >= end || load<u8>(at++) != unit) return false;
    }
    return at == end;
  }

  toString(): string {
    return String.UTF8.decodeUnsafe(this.pointer, this.size);
  }
}

/** Compares eight bytes at a time; the last eight may overlap those before. */
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
