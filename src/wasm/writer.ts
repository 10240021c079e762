/** A number as unsigned LEB128. */
export function leb128(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

/** Concatenates bytes. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Writes a number of at most `7 * width - 1` bits at `offset`, as LEB128 of `width` bytes, signed or unsigned. */
export function putLeb128(bytes: Uint8Array, offset: number, value: number, width: number): void {
  const last = offset + width - 1;
  for (; offset < last; value >>>= 7) bytes[offset++] = (value & 0x7f) | 0x80;
  bytes[last] = value;
}

/** Appends bytes to a growing buffer. */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  put(part: Uint8Array): void {
    const end = this.length + part.length;
    if (end > this.bytes.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.written);
      this.bytes = larger;
    }
    this.bytes.set(part, this.length);
    this.length = end;
  }

  get written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }
}
