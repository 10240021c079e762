// More than 250 lines: KeyValue and AnyValue contain each other, and in two files they would import each other in a circle.
import { types } from 'node:util';
import { type KeyField, keyField, keyFieldAt, putWords, writePacked } from './keyCache';
import { SHORT_TEXT_LENGTH, varintSize, type Writer } from '../wire';

/** Deeper values are lost when encoding and refused when decoding. */
export const MAX_VALUE_DEPTH = 64;

/** A nested value that takes more is lost: shared references can expand a small object without limit. */
const MAX_NESTED_BYTES = 16 * 2 ** 20;

/**
 * Writes `attributes` as `repeated KeyValue`, in a field whose tag is the one byte `tag`.
 *
 * A value that OTLP cannot hold (function, symbol, BigInt beyond int64, circular, throwing getter) is left out.
 * `undefined` and `null` become the empty value, like in the SDK.
 *
 * | field | KeyValue | |
 * | --- | --- | --- |
 * | 1 | key | string |
 * | 2 | value | AnyValue |
 *
 * @returns the number of lost attributes, to be added to `dropped_attributes_count`
 */
export function writeAttributes(writer: Writer, tag: number, attributes: object | undefined): number {
  let lost = 0;
  let place = 0;
  for (const key in attributes) {
    if (!hasOwnProperty.call(attributes, key)) continue;
    const start = writer.position;
    try {
      const value = (attributes as Record<string, unknown>)[key];
      if (writeKeyValue(writer, tag, keyFieldAt(place++, key), value)) continue;
    } catch {
      // This one value is lost: a getter threw, a proxy was revoked, or memory ran out.
    }
    writer.position = start;
    lost++;
  }
  return lost;
}

// V8 recognizes this pattern inside for-in and removes the check. It does not recognize Object.hasOwn.
// eslint-disable-next-line @typescript-eslint/unbound-method
const { hasOwnProperty } = Object.prototype;

/** The context of a nested value. */
interface Nesting {
  /** The enclosing arrays and objects, outermost first. */
  readonly ancestors: object[];
  /** The writer's position must not exceed this while the outermost value is written. */
  readonly limit: number;
}

class TooLarge extends Error {}

function writeKeyValue(
  writer: Writer,
  tag: number,
  field: KeyField,
  value: unknown,
  nesting?: Nesting,
): boolean {
  if (value === field.known && value !== undefined) {
    writer.reserve(field.knownLength + 8);
    writer.byte(tag);
    field.writeKnown(writer);
    return true;
  }
  writer.reserve(field.length + 32 + (typeof value === 'string' ? value.length * 3 : 0));
  const start = writer.position;
  switch (typeof value) {
    case 'string':
      if (!writeShortText(writer, tag, field, value)) writeText(writer, tag, field, value);
      field.saw(value, writer, start + 1);
      return true;
    case 'number':
      if (isSmall(value)) {
        openKeyValue(writer, tag, field, 1 + varintSize(value));
        writer.byte(0x18);
        writer.varint(value);
        field.saw(value, writer, start + 1);
        return true;
      }
      if (!Number.isInteger(value)) {
        openKeyValue(writer, tag, field, 9);
        writer.byte(0x21);
        writer.double(value);
        return true;
      }
      break;
    case 'boolean':
      openKeyValue(writer, tag, field, 2);
      writer.byte(0x10);
      writer.byte(value ? 1 : 0);
      return true;
  }
  const keyValue = writer.open(tag, 0);
  writePacked(writer, field);
  const content = writer.openLength(0);
  if (!writeAnyValue(writer, value, nesting)) return false;
  writer.close(content, 0);
  writer.close(keyValue, 0);
  return true;
}

/** If a KeyValue is at most this long, all sizes in it take one byte. */
const ONE_BYTE_SIZE = 0x7f;

/** The fast path for most attributes: short ASCII text. Returns false and writes nothing for other text. */
function writeShortText(writer: Writer, tag: number, field: KeyField, value: string): boolean {
  const length = value.length;
  const size = field.length + 3 + length;
  if (length > SHORT_TEXT_LENGTH || size > ONE_BYTE_SIZE) return false;
  const { bytes } = writer;
  let at = writer.position;
  bytes[at++] = tag;
  bytes[at++] = size;
  putWords(writer.view, at, field.words);
  at += field.length;
  bytes[at++] = length + 2;
  bytes[at++] = 0x0a;
  bytes[at++] = length;
  if (!writer.ascii(at, value)) return false;
  writer.position = at + length;
  return true;
}

function writeText(writer: Writer, tag: number, field: KeyField, value: string): void {
  const start = writer.position;
  // The size is written first. ASCII text has as many bytes as characters. For other text a second round knows the
  // size.
  let size = value.length;
  for (;;) {
    openKeyValue(writer, tag, field, 1 + varintSize(size) + size);
    writer.byte(0x0a);
    writer.varint(size);
    const written = writer.utf8(value);
    if (written === size) return;
    writer.position = start;
    size = written;
  }
}

/** Writes a KeyValue up to the content of its value, which takes `valueSize` bytes. The caller reserves the space. */
function openKeyValue(writer: Writer, tag: number, field: KeyField, valueSize: number): void {
  writer.byte(tag);
  writer.varint(field.length + varintSize(valueSize) + valueSize);
  writePacked(writer, field);
  writer.varint(valueSize);
}

/** Whether it is a non-negative integer that fits a 32-bit varint. -0 is written as 0, like in the SDK. */
function isSmall(value: number): boolean {
  return value >>> 0 === value;
}

/**
 * Writes the content of an AnyValue, without its length. `null` and `undefined` are the empty AnyValue.
 *
 * | field | AnyValue | JavaScript |
 * | --- | --- | --- |
 * | 1 | string_value | string |
 * | 2 | bool_value | boolean |
 * | 3 | int_value | integer number (-0 as 0) or BigInt in int64 |
 * | 4 | double_value | every other number |
 * | 5 | array_value | array: field 1, repeated AnyValue |
 * | 6 | kvlist_value | object: field 1, repeated KeyValue |
 * | 7 | bytes_value | Uint8Array |
 *
 * @returns false if OTLP cannot hold the value; the caller then rewinds the writer
 * @throws what a getter of the value throws; the caller then rewinds the writer
 */
export function writeAnyValue(writer: Writer, value: unknown, nesting?: Nesting): boolean {
  writer.reserve(16);
  switch (typeof value) {
    case 'string':
      if (value.length > 0) writer.text(0x0a, value);
      else writer.emptyText(0x0a);
      return true;
    case 'boolean':
      writer.byte(0x10);
      writer.byte(value ? 1 : 0);
      return true;
    case 'number':
      writeNumber(writer, value);
      return true;
    case 'bigint':
      if (BigInt.asIntN(64, value) !== value) return false;
      writer.byte(0x18);
      writer.varint64(Number(value & 0xffffffffn), Number((value >> 32n) & 0xffffffffn));
      return true;
    case 'undefined':
      return true;
    case 'object':
      return value === null || writeObject(writer, value, nesting);
    default:
      return false;
  }
}

function writeNumber(writer: Writer, value: number): void {
  if (isSmall(value)) {
    writer.byte(0x18);
    writer.varint(value);
  } else if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63) {
    writer.byte(0x18);
    writer.varint64(value % 2 ** 32, Math.floor(value / 2 ** 32));
  } else {
    writer.byte(0x21);
    writer.double(value);
  }
}

function writeObject(
  writer: Writer,
  value: object,
  nesting: Nesting = { ancestors: [], limit: writer.position + MAX_NESTED_BYTES },
): boolean {
  if (types.isUint8Array(value)) {
    writer.reserve(6 + value.length);
    writer.byte(0x3a);
    writer.varint(value.length);
    writer.raw(value);
    return true;
  }
  const { ancestors } = nesting;
  if (ancestors.length >= MAX_VALUE_DEPTH || ancestors.includes(value)) return false;
  ancestors.push(value);
  if (Array.isArray(value)) {
    const start = writer.open(0x2a, 0);
    writeItems(writer, value, nesting);
    writer.close(start, 0);
  } else {
    const start = writer.open(0x32, 0);
    writeEntries(writer, value, nesting);
    writer.close(start, 0);
  }
  ancestors.pop();
  return true;
}

/** An item that OTLP cannot hold becomes the empty value, so that later items keep their positions. */
function writeItems(writer: Writer, items: readonly unknown[], nesting: Nesting): void {
  const depth = nesting.ancestors.length;
  for (let i = 0; i < items.length; i++) {
    const start = writer.open(0x0a, 0);
    let held = false;
    try {
      held = writeAnyValue(writer, items[i], nesting);
    } catch (error) {
      if (error instanceof TooLarge) throw error;
      nesting.ancestors.length = depth;
    }
    if (!held) writer.position = start;
    writer.close(start, 0);
    if (writer.position > nesting.limit) throw new TooLarge();
  }
}

/** An entry that OTLP cannot hold is left out. */
function writeEntries(writer: Writer, entries: object, nesting: Nesting): void {
  const depth = nesting.ancestors.length;
  for (const key in entries) {
    if (!hasOwnProperty.call(entries, key)) continue;
    const start = writer.position;
    let held = false;
    try {
      held = writeKeyValue(writer, 0x0a, keyField(key), (entries as Record<string, unknown>)[key], nesting);
    } catch (error) {
      if (error instanceof TooLarge) throw error;
      nesting.ancestors.length = depth;
    }
    if (!held) writer.position = start;
    if (writer.position > nesting.limit) throw new TooLarge();
  }
}
