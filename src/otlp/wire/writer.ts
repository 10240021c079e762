import { type NativeBuffer, newBuffer } from './nativeBuffer';

const INITIAL_BYTES = 64 * 1024;

/** A larger buffer, made for one huge batch, is freed after that batch. */
const KEPT_BYTES = 8 * 2 ** 20;

/** Up to this length a loop over the characters is cheaper than a native call (measured on Node 20). */
export const SHORT_TEXT_LENGTH = 40;

/** The size of `value`, 0 to 2^32 - 1, as a varint. */
export function varintSize(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
}

/**
 * Protobuf, written front to back into one growing buffer.
 *
 * A caller reserves space once with {@link Writer.reserve} for a run of small fields. The writing methods do not
 * check, and stay a few instructions each. A length is written after its content: {@link Writer.open} leaves space
 * for the varint and {@link Writer.close} fills it in.
 */
export class Writer {
  bytes: NativeBuffer;
  view: DataView;
  position = 0;

  constructor(initialBytes = INITIAL_BYTES) {
    this.bytes = newBuffer(initialBytes);
    this.view = viewOf(this.bytes);
  }

  /** Starts again in the same buffer. Earlier views become invalid. */
  reset(): void {
    this.position = 0;
    if (this.bytes.length > KEPT_BYTES) this.replaceBuffer(newBuffer(INITIAL_BYTES));
  }

  /**
   * Leaves the buffer to the holders of its views, and continues in a new one of the same size. The new one is half
   * as large if less than a quarter was written, so that memory shrinks again after one huge batch.
   */
  leaveBuffer(): void {
    const { length } = this.bytes;
    const isRoomy = this.position < length / 4;
    this.replaceBuffer(newBuffer(isRoomy ? Math.max(INITIAL_BYTES, length >>> 1) : length));
  }

  /** Reserves `size` more bytes. */
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

  /** Copies `source`. For short ones a loop is faster than the native copy. */
  raw(source: Uint8Array): void {
    const { bytes, position } = this;
    const length = source.length;
    if (length > 48) bytes.set(source, position);
    else for (let i = 0; i < length; i++) bytes[position + i] = source[i];
    this.position = position + length;
  }

  /**
   * UTF-8 without a length, at most three bytes per UTF-16 unit; lone surrogates become U+FFFD.
   * @returns the number of bytes written
   */
  utf8(text: string): number {
    const { position } = this;
    const { length } = text;
    const isAscii = length <= SHORT_TEXT_LENGTH && this.ascii(position, text);
    const written = isAscii ? length : this.bytes.utf8Write(text, position, length * 3);
    this.position = position + written;
    return written;
  }

  /**
   * Writes text at an offset, one byte per character. Returns false if the text is not ASCII; the bytes are then
   * invalid.
   */
  ascii(at: number, text: string): boolean {
    const { bytes } = this;
    const { length } = text;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return false;
      bytes[at + i] = unit;
    }
    return true;
  }

  /**
   * Writes a string field and reserves its space: `tag` (one byte), length, UTF-8. Writes nothing for an empty or
   * missing text.
   */
  text(tag: number, text: string | undefined): void {
    if (typeof text !== 'string' || text.length === 0) return;
    this.reserve(6 + text.length * 3);
    this.bytes[this.position++] = tag;
    const start = this.position;
    // Most text is ASCII, with as many bytes as characters. For other text a second round knows the size.
    let size = text.length;
    for (;;) {
      this.varint(size);
      const written = this.utf8(text);
      if (written === size) return;
      this.position = start;
      size = written;
    }
  }

  /** Writes an empty string field, which {@link Writer.text} would leave out. */
  emptyText(tag: number): void {
    this.byte(tag);
    this.byte(0);
  }

  /**
   * Starts an embedded message: `tag` (one byte) and space for its length.
   * @param expectedSize the estimated length; a wrong estimate costs one move of the bytes
   * @returns where the content starts, for {@link Writer.close}
   */
  open(tag: number, expectedSize: number): number {
    this.reserve(6);
    this.bytes[this.position++] = tag;
    return this.openLength(expectedSize);
  }

  /** {@link Writer.open} after the tag was written. */
  openLength(expectedSize: number): number {
    return (this.position += varintSize(expectedSize));
  }

  /** Ends the message whose content starts at `start`. `expectedSize` is the one given to {@link Writer.open}. */
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

  /** The bytes written since `start`, without a copy. Valid until the next write. */
  written(start = 0): Uint8Array {
    return new Uint8Array(this.bytes.buffer, start, this.position - start);
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
