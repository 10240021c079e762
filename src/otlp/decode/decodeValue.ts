import type { AnyValue } from '../../otel';
import { MAX_VALUE_DEPTH } from '../encode';
import { StringInterner, SLOTS } from './stringInterner';
import { RepeatedValues } from './repeatedValues';
import type { Reader } from '../wire';
import { MESSAGES } from '../schema';

/** A budget of 16 bytes per message, because the object that receives a long key hashes and copies it again. */
const keys = new StringInterner(16);
const values = new StringInterner(128);
const knownValues = new RepeatedValues(SLOTS);

/** Called after each decoded batch: values are users' data, which must not outlive their batch here. Keys stay. */
export function clearValueCaches(): void {
  values.clear();
  knownValues.clear();
}

/** An attribute key, scope name or other text with few distinct values. */
export function readKey(reader: Reader): string {
  return keys.read(reader);
}

/** A string value. */
export function readText(reader: Reader): string {
  return values.read(reader);
}

/** A bytes value, copied out. */
export function readBytes(reader: Reader): Uint8Array {
  reader.countMessages();
  const start = reader.span();
  return new Uint8Array(reader.bytes.subarray(start, reader.position));
}

/** Attributes while they are decoded; the keys come from a guest. */
export type Attributes = Record<string, AnyValue>;

/** Sets a decoded attribute. The last of several equal keys counts. `__proto__` is an ordinary key. */
function setAttribute(attributes: Attributes, key: string, value: AnyValue): void {
  if (key === '__proto__') {
    Object.defineProperty(attributes, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    attributes[key] = value;
  }
}

/**
 * Reads one KeyValue, beginning with its length, into `attributes`. A missing value is `null`.
 *
 * | field | KeyValue | |
 * | --- | --- | --- |
 * | 1 | key | string |
 * | 2 | value | AnyValue |
 */
export function readAttribute(reader: Reader, attributes: Attributes, depth = 0): void {
  const outer = reader.enter();
  let key = '';
  let value: AnyValue = null;
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x0a) key = keys.read(reader);
    else if (tag === 0x12) value = readValueOf(keys.slot, reader, value, depth);
    else reader.skipIn(MESSAGES.keyValue, tag);
  }
  reader.leave(outer);
  setAttribute(attributes, key, value);
}

/**
 * Reads the value of the key in this slot, usually one that is cached. The cache is not used after another value of
 * the same KeyValue: the meaning of the bytes may then depend on that value.
 */
function readValueOf(slot: number, reader: Reader, before: AnyValue, depth: number): AnyValue {
  if (slot < 0 || before !== null) return readAnyValue(reader, before, depth);
  const start = reader.position;
  const known = knownValues.at(slot);
  const value = known.read(reader);
  if (value !== undefined) return value;
  const other = readAnyValue(reader, before, depth);
  known.learn(other, reader, start);
  return other;
}

/**
 * Reads one AnyValue, beginning with its length. `before` is the field's value so far; an empty AnyValue returns it.
 * If a oneof is set again, the last member counts.
 *
 * | field | AnyValue | JavaScript |
 * | --- | --- | --- |
 * | 1 | string_value | string |
 * | 2 | bool_value | boolean |
 * | 3 | int_value | number: beyond 2^53 the nearest double, never 2^63 |
 * | 4 | double_value | number |
 * | 5 | array_value | array: field 1, repeated AnyValue |
 * | 6 | kvlist_value | object: field 1, repeated KeyValue |
 * | 7 | bytes_value | Uint8Array, a copy |
 */
export function readAnyValue(reader: Reader, before: AnyValue, depth = 0): AnyValue {
  const outer = reader.enter();
  let value = before;
  while (reader.more()) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a:
        value = values.read(reader);
        break;
      case 0x10:
        value = reader.bool();
        break;
      case 0x18:
        value = reader.int64();
        break;
      case 0x21:
        value = reader.double();
        break;
      case 0x2a:
        value = merged(value, readArray(reader, depth + 1));
        break;
      case 0x32:
        value = merged(value, readMap(reader, depth + 1));
        break;
      case 0x3a:
        value = readBytes(reader);
        break;
      default:
        reader.skipIn(MESSAGES.anyValue, tag);
    }
  }
  reader.leave(outer);
  return value;
}

/** The last member of a oneof counts, but a message that occurs twice in a row is merged, as protobuf requires. */
function merged<Value extends AnyValue[] | Attributes>(before: AnyValue, value: Value): Value {
  if (Array.isArray(before) && Array.isArray(value)) return append(before, value) as Value;
  const areMaps = isMap(before) && isMap(value);
  if (!areMaps) return value;
  for (const [key, member] of Object.entries(value)) setAttribute(before, key, member);
  return before as Value;
}

/** In place: a value can arrive in many parts. */
function append(items: AnyValue[], more: readonly AnyValue[]): AnyValue[] {
  for (const item of more) items.push(item);
  return items;
}

function isMap(value: AnyValue): value is Attributes {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

function checkDepth(reader: Reader, depth: number): void {
  if (depth > MAX_VALUE_DEPTH) reader.fail(`a value nested more than ${MAX_VALUE_DEPTH} deep`);
}

function readArray(reader: Reader, depth: number): AnyValue[] {
  checkDepth(reader, depth);
  const outer = reader.enter();
  const items: AnyValue[] = [];
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x0a) items.push(readAnyValue(reader, null, depth));
    else reader.skipIn(MESSAGES.arrayValue, tag);
  }
  reader.leave(outer);
  return items;
}

function readMap(reader: Reader, depth: number): Attributes {
  checkDepth(reader, depth);
  const outer = reader.enter();
  const entries: Attributes = {};
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x0a) readAttribute(reader, entries, depth);
    else reader.skipIn(MESSAGES.keyValueList, tag);
  }
  reader.leave(outer);
  return entries;
}
