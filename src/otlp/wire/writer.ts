import { type NativeBuffer, newBuffer } from './nativeBuffer';

const INITIAL_BYTES = 64 * 1024;

/** A buffer that one huge batch made larger than this is given back after that batch. */
const KEPT_BYTES = 8 * 2 ** 20;

/** Up to here a loop over the characters is cheaper than one native call (measured on Node 20). */
export const SHORT_TEXT_LENGTH = 40;

/** Bytes that `value`, 0 to 2^32 - 1, takes as a varint. */
export function varintSize(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
}

/**
 * Protobuf, written front to back into one growing buffer.
 *
 * A caller makes room with {@link Writer.reserve} once for a run of small fields, so that the writing methods, which
 * do not look, stay a few instructions each. Lengths are written behind their content: {@link Writer.open} leaves
 * room for the varint and {@link Writer.close} fills it in.
 */
export class Writer {
  bytes: NativeBuffer;
  view: DataView;
  position = 0;

  constructor(initialBytes = INITIAL_BYTES) {
    this.bytes = newBuffer(initialBytes);
    this.view = viewOf(this.bytes);
  }

  /** Starts again in the same buffer: earlier views become invalid. */
  reset(): void {
    this.position = 0;
    if (this.bytes.length > KEPT_BYTES) this.replaceBuffer(newBuffer(INITIAL_BYTES));
  }

  /**
   * Leaves the buffer to those who have views of it, and starts over in one of the same size; of half of it if less than a
   * quarter was written, so that one huge batch does not make every later one hold as much.
   */
  leaveBuffer(): void {
    const { length } = this.bytes;
    const isRoomy = this.position < length / 4;
    this.replaceBuffer(newBuffer(isRoomy ? Math.max(INITIAL_BYTES, length >>> 1) : length));
  }

  /** Makes room for `size` more bytes. */
  reserve(size: number): void {
    if (this.position + size > this.bytes.length) this.grow(size);
  }

  private grow(size: number): void {
    const bytes = newBuffer(Math.max(this.bytes.length * 2, this.position + size));
    this.bytes.copy(bytes, 0, 0, this.position);
    this.replaceBuffer(bytes);
  }

  private replaceBuffer(bytes: NativeBuffer): void {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  /** One byte: the tag of a field below 16, or a bool. */
  byte(value: number): void {
    this.bytes[this.position++] = value;
  }

  /** Unsigned 32-bit varint, at most 5 bytes. */
  varint(value: number): void {
    const bytes = this.bytes;
    let at = this.position;
    while (value > 0x7f) {
      bytes[at++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[at++] = value;
    this.position = at;
  }

  /** 64-bit varint from its halves, at most 10 bytes. */
  varint64(low: number, high: number): void {
    const bytes = this.bytes;
    let at = this.position;
    low >>>= 0;
    high >>>= 0;
    while (high > 0 || low > 0x7f) {
      bytes[at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    bytes[at++] = low;
    this.position = at;
  }

  fixed32(value: number): void {
    this.view.setUint32(this.position, value, true);
    this.position += 4;
  }

  fixed64(low: number, high: number): void {
    this.view.setUint32(this.position, low, true);
    this.view.setUint32(this.position + 4, high, true);
    this.position += 8;
  }

  double(value: number): void {
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  /** Copies `source`; short ones by hand, which beats the native copy. */
  raw(source: Uint8Array): void {
    const { bytes, position } = this;
    const length = source.length;
    if (length > 48) bytes.set(source, position);
    else for (let i = 0; i < length; i++) bytes[position + i] = source[i];
    this.position = position + length;
  }

  /**
   * UTF-8 without a length, at most three bytes for each UTF-16 unit; lone surrogates become U+FFFD.
   * @returns the bytes written
   */
  utf8(text: string): number {
    const { position } = this;
    const { length } = text;
    const isAscii = length <= SHORT_TEXT_LENGTH && this.ascii(position, text);
    const written = isAscii ? length : this.bytes.utf8Write(text, position, length * 3);
    this.position = position + written;
    return written;
  }

  /** Puts text at a place, a byte for each character. False if it is not all ASCII, and so not UTF-8 now. */
  ascii(at: number, text: string): boolean {
    const { bytes, view } = this;
    const { length } = text;
    let all = 0;
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      all |= a | b | c | d;
      view.setUint32(at + i, a | (b << 8) | (c << 16) | (d << 24), true);
    }
    for (; i < length; i++) {
      const unit = text.charCodeAt(i);
      all |= unit;
      bytes[at + i] = unit;
    }
    return all <= 0x7f;
  }

  /** A string field that makes its own room: `tag` (one byte), length, UTF-8. Nothing for an empty or missing text. */
  text(tag: number, text: string | undefined): void {
    if (typeof text !== 'string' || text.length === 0) return;
    this.reserve(6 + text.length * 3);
    this.bytes[this.position++] = tag;
    const start = this.position;
    // Most text is ASCII: as many bytes as characters. If not, the second round knows the size.
    let size = text.length;
    for (;;) {
      this.varint(size);
      const written = this.utf8(text);
      if (written === size) return;
      this.position = start;
      size = written;
    }
  }

  /** A string field that is there, and empty: other than {@link Writer.text}, which leaves it out. */
  emptyText(tag: number): void {
    this.byte(tag);
    this.byte(0);
  }

  /**
   * Starts an embedded message: `tag` (one byte) and room for its length.
   * @param expectedSize about how long the message will be; a wrong guess costs one move of its bytes
   * @returns where the content starts, for {@link Writer.close}
   */
  open(tag: number, expectedSize: number): number {
    this.reserve(6);
    this.bytes[this.position++] = tag;
    return this.openLength(expectedSize);
  }

  /** {@link Writer.open} where the tag is already there, and room for the length. */
  openLength(expectedSize: number): number {
    return (this.position += varintSize(expectedSize));
  }

  /** Ends the message whose content starts at `start`, opened with the same `expectedSize`. */
  close(start: number, expectedSize: number): void {
    const length = this.position - start;
    const reserved = varintSize(expectedSize);
    const needed = varintSize(length);
    if (needed !== reserved) {
      this.reserve(5);
      this.bytes.copyWithin(start - reserved + needed, start, this.position);
    }
    this.position = start - reserved;
    this.varint(length);
    this.position += length;
  }

  /** What was written from `start` on, without a copy: valid until the next write. */
  written(start = 0): Uint8Array {
    return new Uint8Array(this.bytes.buffer, start, this.position - start);
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
