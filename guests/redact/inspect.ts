/** Checks whether an item has anything to redact, without changing or copying it: nearly all have nothing. */
import { ValueKind, fail } from 'otelwasm/assembly';
import {
  Wire,
  fieldBody,
  fieldEnd,
  fieldNumber,
  fieldWire,
  readField,
  readVarint,
  shortBody,
  shortBodyEnd,
  skipField,
  varint,
} from 'otelwasm/assembly/protobuf';
import { IGNORE, LOOK, categoryOfKey, wantsCards } from './config';
import { hasSecret } from './search';
import { Shape, shapeOf } from './shapes';
import { isCleanUnknown } from './unknown';

/** Deeper values are refused: otherwise recursion would exhaust the guest's stack. */
export const MAX_DEPTH: i32 = 64;

const TEXT_TAG: u32 = (ValueKind.Text << 3) | Wire.Bytes;
const BOOL_TAG: u32 = (ValueKind.Bool << 3) | Wire.Varint;
const INT_TAG: u32 = (ValueKind.Int << 3) | Wire.Varint;
const KEY_TAG: u32 = (1 << 3) | Wire.Bytes;
const VALUE_TAG: u32 = (2 << 3) | Wire.Bytes;

/** 13 digits: no card has fewer. */
const LEAST_CARD: u64 = 1_000_000_000_000;
const MOST_CARD: u64 = 9_999_999_999_999_999_999;

/** The field at which `isClean` stopped. All fields before it are clean. */
export let unclean: usize = 0;

/**
 * True when nothing in the message must be redacted. `depth` counts maps and arrays. Malformed bytes fail the call.
 */
export function isClean(shape: Shape, at: usize, end: usize, depth: i32): bool {
  if (depth > MAX_DEPTH) return tooDeep();
  while (at < end) {
    const tag: u32 = load<u8>(at);
    let content: Shape = Shape.NoText;
    let body: usize = 0;
    let next: usize = 0;
    if (tag < 0x80) {
      if ((tag & 7) == Wire.Bytes) {
        content = shapeOf(shape, tag >> 3);
        next = shortBodyEnd(at + 1, end);
        body = shortBody(at + 1);
      } else {
        next = skipField(at, end);
        if (next == 0) return true;
      }
    }
    if (next == 0) {
      // Lengths of three bytes, and tags of several bytes, which may be those of any field.
      if (!readField(at, end)) return true;
      content = fieldWire == Wire.Bytes ? shapeOf(shape, fieldNumber) : Shape.NoText;
      body = fieldBody;
      next = fieldEnd;
    }
    // Nearly all fields that can be unclean are attributes.
    const isCleanHere =
      content == Shape.Entry
        ? isCleanEntry(body, next, depth)
        : content == Shape.NoText || isCleanField(content, body, next, depth);
    if (!isCleanHere) {
      unclean = at;
      return false;
    }
    at = next;
  }
  return true;
}

/** `isClean` for the content of a field. */
export function isCleanField(content: Shape, body: usize, end: usize, depth: i32): bool {
  if (content == Shape.Entry) return isCleanEntry(body, end, depth);
  if (content == Shape.Text) return !hasSecret(body, end - body);
  if (content == Shape.Value) return isCleanValue(body, end, depth);
  if (content == Shape.Unknown) return isCleanUnknown(body, end, 0);
  return content == Shape.NoText || isClean(content, body, end, depth);
}

/** A key and a value, in this order and nothing else. All other forms need a closer look. */
function isCleanEntry(at: usize, end: usize, depth: i32): bool {
  if (at >= end || load<u8>(at) != KEY_TAG) return false;
  const keyEnd = shortBodyEnd(at + 1, end);
  if (keyEnd == 0) return false;
  const key = shortBody(at + 1);
  const category = categoryOfKey(key, keyEnd - key);
  if (category != LOOK) return category == IGNORE;
  if (keyEnd == end) return true;
  if (load<u8>(keyEnd) != VALUE_TAG || shortBodyEnd(keyEnd + 1, end) != end) return false;
  const value = shortBody(keyEnd + 1);
  // Nearly every value is a single text or a small number.
  if (value < end && load<u8>(value) == TEXT_TAG && shortBodyEnd(value + 1, end) == end) {
    const text = shortBody(value + 1);
    return !hasSecret(text, end - text);
  }
  return isSmall(value, end) || isCleanValue(value, end, depth);
}

/** True for an integer of one or two bytes, and for true and false. */
function isSmall(at: usize, end: usize): bool {
  if (end - at == 3) return load<u8>(at) == INT_TAG && load<u8>(at, 1) >= 0x80 && load<u8>(at, 2) < 0x80;
  return end - at == 2 && (load<u8>(at) == INT_TAG || load<u8>(at) == BOOL_TAG) && load<u8>(at, 1) < 0x80;
}

function isCleanValue(at: usize, end: usize, depth: i32): bool {
  while (readField(at, end)) {
    at = fieldEnd;
    if (fieldWire == Wire.Bytes) {
      const body = fieldBody;
      if (fieldNumber == ValueKind.Array) {
        if (!isClean(Shape.Array, body, at, depth + 1)) return false;
      } else if (fieldNumber == ValueKind.Map) {
        if (!isClean(Shape.Map, body, at, depth + 1)) return false;
      } else if (fieldNumber == ValueKind.Text || fieldNumber == ValueKind.Bytes) {
        if (hasSecret(body, at - body)) return false;
      } else if (!isCleanUnknown(body, at, 0)) return false;
    } else if (wantsCards && isSecretNumber(fieldNumber, fieldWire, fieldBody, at)) return false;
  }
  return true;
}

const digits = memory.data(24);
/** The start and count of the digits of the last number that was checked. */
export let digitsStart: usize = 0;
export let digitsSize: usize = 0;

/** True when the digits of an integer, or of a double without a fraction, are a secret. */
export function isSecretNumber(number: u32, wire: u32, body: usize, end: usize): bool {
  let value: u64 = 0;
  if (number == ValueKind.Int && wire == Wire.Varint) {
    if (!readVarint(body, end)) return false;
    value = varint;
  } else if (number == ValueKind.Double && wire == Wire.Fixed64) {
    const double = load<f64>(body);
    if (!(double >= <f64>LEAST_CARD && double < 1e19) || trunc(double) != double) return false;
    value = <u64>double;
  }
  if (value < LEAST_CARD || value > MOST_CARD) return false;
  writeDigits(value);
  return hasSecret(digitsStart, digitsSize);
}

/** Writes a number's decimal digits. */
export function writeDigits(value: u64): void {
  let at = digits + 24;
  do {
    store<u8>(--at, <u8>(0x30 + (value % 10)));
    value /= 10;
  } while (value != 0);
  digitsStart = at;
  digitsSize = digits + 24 - at;
}

export function tooDeep(): bool {
  fail('values nested deeper than 64 levels cannot be read');
  return true;
}
