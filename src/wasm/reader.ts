import { OtelWasmError } from '../abi';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** No engine allows more types, functions, imports or exports. The host keeps these on the app's heap too. */
const MAX_COUNT = 1_000_000;

/** Reads the binary format of WebAssembly. Every fault is `GUEST_INVALID` with its offset. */
export class ByteReader {
  constructor(
    readonly bytes: Uint8Array,
    public offset = 0,
    readonly end = bytes.length,
  ) {}

  get done(): boolean {
    return this.offset >= this.end;
  }

  byte(): number {
    if (this.offset >= this.end) throw this.invalid('it ends too early');
    return this.bytes[this.offset++];
  }

  /** An unsigned LEB128 number of at most 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw this.invalid('a number has more than 32 bits');
  }

  /**
   * A count of items that follow, each of at least `bytesEach` bytes. A count larger than the file allows is refused.
   */
  count(bytesEach = 1): number {
    const count = this.u32();
    if (count > MAX_COUNT) throw this.invalid(`it has ${count} items: at most ${MAX_COUNT} are allowed`);
    if (count * bytesEach > this.end - this.offset)
      throw this.invalid(`a count of ${count} items exceeds the rest of the file`);
    return count;
  }

  name(): string {
    const bytes = this.take(this.u32());
    try {
      return decoder.decode(bytes);
    } catch {
      throw this.invalid('a name is not UTF-8');
    }
  }

  take(length: number): Uint8Array {
    if (length > this.end - this.offset)
      throw this.invalid(`a length of ${length} bytes exceeds the rest of the file`);
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  /** A reader of the next `length` bytes only. This reader continues after them. */
  section(length: number): ByteReader {
    const start = this.offset;
    this.take(length);
    return new ByteReader(this.bytes, start, start + length);
  }

  invalid(problem: string): OtelWasmError {
    return new OtelWasmError('GUEST_INVALID', `not a WebAssembly module: at byte ${this.offset} ${problem}`);
  }
}
