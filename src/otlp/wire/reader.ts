// More than 250 lines: one class whose methods share private state on the hot path.
import { OtelWasmError } from '../../abi';
import { asBuffer, type NativeBuffer } from './nativeBuffer';
import { type Field, FIXED32, FIXED64, LENGTH, type Message, VARINT } from '../schema';

const MAX_SIZE_BYTES = 2 ** 31 - 1;

/**
 * Limit of embedded messages in one payload. A message can take two bytes on the wire and hundreds when decoded:
 * without a limit, 16 MB from a guest would fill the app's heap. A batch of 512 spans has about 20_000.
 */
const MAX_MESSAGES = 2 ** 20;

/** The limit for one item, which cannot be decoded in parts: 40 ms in the worst case. */
export const MAX_MESSAGES_OF_ITEM = 2 ** 16;

/**
 * Elements of packed numbers per allowed embedded message: an element is one byte on the wire and eight when decoded.
 */
const ELEMENTS_PER_MESSAGE = 8;
/** Of a varint; other elements have 4 or 8 bytes. */
const MAX_ELEMENT_BYTES = 10;

/** Fields of any kind per allowed embedded message: a field is at least two bytes, and real messages have fewer. */
const FIELDS_PER_MESSAGE = 4;
export const MAX_FIELDS_OF_ITEM = MAX_MESSAGES_OF_ITEM * FIELDS_PER_MESSAGE;

/** The bytes are well-formed so far, but too large to decode at once. Parts of them may be small enough. */
export class TooLargeToDecode extends OtelWasmError {
  constructor(problem: string) {
    super('DECODE', problem);
  }
}

/**
 * Reads protobuf front to back, never past its end. Malformed bytes throw an {@link OtelWasmError} `DECODE` that
 * names the byte.
 *
 * `end` is the end of the current message. {@link Reader.enter} moves it inwards and {@link Reader.leave} back, so
 * that a field cannot extend beyond its own message.
 */
export class Reader {
  readonly bytes: NativeBuffer;
  readonly view: DataView;
  position = 0;
  end: number;
  #messages = 0;
  #elements = 0;
  readonly #maxMessages: number;
  /** Counts down as an integer, because each tag checks it. */
  #fieldsLeft: number;

  /** `maxMessages`: limit of embedded messages; `Infinity` for readers that allocate nothing. */
  constructor(bytes: Uint8Array, maxMessages = MAX_MESSAGES) {
    this.#maxMessages = maxMessages;
    this.#fieldsLeft = Math.min(maxMessages * FIELDS_PER_MESSAGE, MAX_SIZE_BYTES);
    this.bytes = asBuffer(bytes);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  /** Counts an element of a repeated number that the caller keeps. */
  element(): void {
    this.#checkElements(++this.#elements);
  }

  /**
   * Enters a packed list. If it certainly has too many elements, it is refused before the first is kept.
   * @returns the argument for {@link Reader.leave}
   */
  enterPacked(): number {
    const outer = this.enter();
    this.#checkElements(this.#elements + Math.ceil((this.end - this.position) / MAX_ELEMENT_BYTES));
    return outer;
  }

  #checkElements(count: number): void {
    const most = this.#maxMessages * ELEMENTS_PER_MESSAGE;
    if (count > most)
      throw new TooLargeToDecode(`more than ${most} numbers in lists, which is too many to decode at once`);
  }

  /** Throws for a malformed message at `offset` of the bytes. */
  fail(problem: string, offset = this.position): never {
    throw new OtelWasmError('DECODE', `malformed OTLP at byte ${offset} of ${this.bytes.length}: ${problem}`);
  }

  /** Whether the current message has another field. */
  more(): boolean {
    return this.position < this.end;
  }

  /** Field number times 8 plus wire type. */
  tag(): number {
    if (--this.#fieldsLeft < 0)
      throw new TooLargeToDecode(
        `more than ${this.#maxMessages * FIELDS_PER_MESSAGE} fields, which is too many to decode at once`,
      );
    const start = this.position;
    const tag = start < this.end && this.bytes[start] < 0x80 ? this.bytes[this.position++] : this.longTag();
    if (tag < 8) this.fail('field number 0', start);
    return tag;
  }

  private longTag(): number {
    const start = this.position;
    const tag = this.uint64();
    if (tag > 0xffffffff) this.fail('a field number beyond 2^29 - 1', start);
    return tag;
  }

  /** Unsigned varint as a number: exact up to 2^53, then the nearest double. */
  uint64(): number {
    this.varint();
    return this.high * 2 ** 32 + this.low;
  }

  /** Unsigned 32-bit varint. As in other protobuf implementations, higher bits are truncated. */
  uint32(): number {
    const byte = this.bytes[this.position];
    if (byte < 0x80 && this.position < this.end) {
      this.position++;
      return byte;
    }
    this.varint();
    return this.low;
  }

  /** Signed 64-bit varint as a number: exact up to 2^53, then the nearest double, but never 2^63. */
  int64(): number {
    this.varint();
    return toInt64(this.low, this.high);
  }

  /** Zigzag 32-bit varint. */
  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  bool(): boolean {
    this.varint();
    return this.low !== 0 || this.high !== 0;
  }

  /** Unsigned halves of the last 64-bit value. */
  low = 0;
  high = 0;

  private varint(): void {
    const { bytes, end } = this;
    const start = this.position;
    let at = start;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) this.fail('a varint is cut off', start);
      const byte = bytes[at++];
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) {
        this.position = at;
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    this.fail('a varint is longer than 10 bytes', start);
  }

  /** Reads 64 bits into {@link Reader.low} and {@link Reader.high}. */
  fixed64(): void {
    const at = this.take(8);
    this.low = this.view.getUint32(at, true);
    this.high = this.view.getUint32(at + 4, true);
  }

  fixed32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  double(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  /**
   * Reads a length and skips that many bytes.
   * @returns their start; they end at {@link Reader.position}
   */
  span(): number {
    const start = this.position;
    const size = this.uint64Length();
    if (size > this.end - this.position) {
      this.fail(`a length of ${size} bytes exceeds the remaining ${this.end - this.position}`, start);
    }
    return this.take(size);
  }

  private uint64Length(): number {
    const byte = this.bytes[this.position];
    if (byte < 0x80 && this.position < this.end) {
      this.position++;
      return byte;
    }
    const size = this.uint64();
    return size > MAX_SIZE_BYTES ? Number.MAX_SAFE_INTEGER : size;
  }

  /**
   * Counts embedded messages that are read without `enter`, or other work of the same cost. Throws beyond the limit.
   */
  countMessages(count = 1): void {
    this.#messages += count;
    if (this.#messages <= this.#maxMessages) return;
    throw new TooLargeToDecode(
      `${this.bytes.length} bytes of OTLP hold more than ${this.#maxMessages} embedded messages, too many to decode at once`,
    );
  }

  /**
   * Enters an embedded message.
   * @returns the argument for {@link Reader.leave}
   */
  enter(): number {
    this.countMessages();
    const outer = this.end;
    const start = this.span();
    this.end = this.position;
    this.position = start;
    return outer;
  }

  leave(outer: number): void {
    this.end = outer;
  }

  private take(size: number): number {
    const at = this.position;
    if (size > this.end - at) this.fail(`${size} bytes exceed the remaining ${this.end - at}`);
    this.position = at + size;
    return at;
  }

  /** Skips a field. */
  skip(tag: number): void {
    switch (tag & 7) {
      case VARINT:
        this.varint();
        return;
      case FIXED64:
        this.take(8);
        return;
      case LENGTH:
        this.span();
        return;
      case FIXED32:
        this.take(4);
        return;
      default:
        this.fail(`wire type ${tag & 7} in field ${tag >>> 3}: allowed are 0, 1, 2 and 5`);
    }
  }

  /** Skips a field of `message`. A known field must have the right wire type. */
  skipIn(message: Message, tag: number): void {
    const field = message.fields[tag >>> 3];
    if (field !== undefined && (tag & 7) !== field.wireType) this.checkUnpacked(message, field, tag);
    this.skip(tag);
  }

  private checkUnpacked(message: Message, field: Field, tag: number): void {
    if ((tag & 7) === field.packed) return;
    this.fail(`wire type ${tag & 7} in field ${tag >>> 3} of ${message.name}: expected ${field.wireType}`);
  }
}

/**
 * The nearest double of a signed 64-bit integer. Near the upper limit it is the largest double below 2^63, so that it
 * still fits int64.
 */
export function toInt64(low: number, high: number): number {
  const value = (high | 0) * 2 ** 32 + low;
  return value === 2 ** 63 ? 2 ** 63 - 1024 : value;
}
