/** A span's W3C trace state: the sampling state in OpenTelemetry's member, and everything else unchanged. */
import { digitsOf, read, readDigits } from './threshold';
import { Builder } from '../values/builder';
import { Val } from '../values/val';

const MAX_SIZE: usize = 1024;
const MAX_MEMBERS: i32 = 32;
const MAX_OTEL_SIZE: usize = 256;
const COMMA: u32 = 44;
const SEMICOLON: u32 = 59;
const EQUALS: u32 = 61;
const COLON: u32 = 58;

export let hasRandomness: bool = false;
export let randomness: u64 = 0;
export let hasThreshold: bool = false;
export let threshold: u64 = 0;

/** The other members, and the other parts of OpenTelemetry's member. */
let members: Builder = changetype<Builder>(0);
let parts: Builder = changetype<Builder>(0);
let isValid: bool = true;

/** Parses a trace state. Returns false if it is malformed, and keeps the part before the error. */
export function readTraceState(whole: Val): bool {
  members = new Builder();
  forget();
  if (whole.size > MAX_SIZE) return false;
  if (!everyMember(whole, COMMA, (member: Val): bool => member.size == 0 || isMember(member))) return false;
  isValid = true;
  count = 0;
  everyMember(whole, COMMA, keepMember);
  return isValid;
}

function forget(): void {
  parts = new Builder();
  hasRandomness = hasThreshold = false;
  randomness = threshold = 0;
}

export function setRandomness(value: u64): void {
  randomness = value;
  hasRandomness = true;
}

export function setThreshold(value: u64): void {
  threshold = value;
  hasThreshold = true;
}

export function clearThreshold(): void {
  hasThreshold = false;
  threshold = 0;
}

/** Raises the threshold, unless it is already higher. */
export function raiseThreshold(value: u64): void {
  if (hasThreshold && threshold > value) return;
  threshold = value;
  hasThreshold = digitsOf(value, true).size > 0;
}

/** The current trace state as text, with OpenTelemetry's member first. */
export function writtenTraceState(): Val {
  const to = new Builder();
  if (hasRandomness || hasThreshold || parts.size > 0) {
    to.string('ot=');
    if (hasRandomness) add(to, SEMICOLON, 3, 'rv:', digitsOf(randomness, false));
    if (hasThreshold) add(to, SEMICOLON, 3, 'th:', digitsOf(threshold, true));
    if (parts.size > 0) add(to, SEMICOLON, 3, '', parts.text());
  }
  if (members.size > 0) add(to, COMMA, 0, '', members.text());
  return to.text();
}

/** Appends a part, after a separator if there are more than `start` bytes. */
function add(to: Builder, separator: u32, start: usize, name: string, value: Val): void {
  if (to.size > start) to.byte(separator);
  to.string(name);
  to.value(value);
}

let count: i32 = 0;

function keepMember(member: Val): bool {
  if (++count >= MAX_MEMBERS) {
    isValid = false;
    return false;
  }
  if (member.size == 0) return true;
  const equals = placeOf(member, EQUALS);
  if (!hasRightSizes(member, equals)) isValid = false;
  else if (equals == 2 && load<u16>(member.pointer) == 0x746f) {
    forget();
    if (!readParts(Val.text(member.pointer + 3, member.size - 3))) isValid = false;
  } else add(members, COMMA, 0, '', member);
  return true;
}

/** A key has at most 256 bytes, of which at most 241 precede an @ and at most 14 follow it. */
function hasRightSizes(member: Val, equals: usize): bool {
  const at = placeOf(Val.text(member.pointer, equals), 64);
  return equals <= 256 && (at == equals || (at <= 241 && equals - at - 1 <= 14));
}

function readParts(value: Val): bool {
  if (value.size > MAX_OTEL_SIZE || !everyMember(value, SEMICOLON, isPart)) return false;
  areRead = true;
  everyMember(value, SEMICOLON, keepPart);
  return areRead;
}

let areRead: bool = true;

function keepPart(part: Val): bool {
  const name = part.size > 2 ? load<u16>(part.pointer) : 0;
  const value = Val.text(part.pointer + 3, part.size - 3);
  if (name == 0x7672 && load<u8>(part.pointer, 2) == COLON) {
    hasRandomness = readDigits(value, false);
    if (hasRandomness) randomness = read;
    else areRead = false;
  } else if (name == 0x6874 && load<u8>(part.pointer, 2) == COLON) {
    hasThreshold = readDigits(value, true);
    threshold = hasThreshold ? read : 0;
    if (!hasThreshold) areRead = false;
  } else add(parts, SEMICOLON, 0, '', part);
  return true;
}

// #region syntax

/** Passes each part between separators to `see`, members without blanks around them. Returns false if `see` does. */
function everyMember(whole: Val, separator: u32, see: (part: Val) => bool): bool {
  const end = whole.pointer + whole.size;
  for (let at = whole.pointer; at < end; at++) {
    let from = at;
    while (at < end && load<u8>(at) != separator) at++;
    let to = at;
    if (separator == COMMA) {
      while (from < to && isBlank(load<u8>(from))) from++;
      while (from < to && isBlank(load<u8>(to - 1))) to--;
    }
    if (!see(Val.text(from, to - from))) return false;
  }
  // The last semicolon must not be at the end, and parts must not be empty.
  return separator == COMMA || (whole.size > 0 && load<u8>(end - 1) != separator);
}

function isBlank(byte: u32): bool {
  return byte == 32 || byte == 9;
}

/** The offset of a byte; the size of the text if it is missing. */
function placeOf(text: Val, byte: u32): usize {
  let at: usize = 0;
  while (at < text.size && load<u8>(text.pointer + at) != byte) at++;
  return at;
}

function isMember(member: Val): bool {
  const equals = placeOf(member, EQUALS);
  const size = member.size - equals - 1;
  if (equals == 0 || equals == member.size || size == 0 || size > 256) return false;
  const value = member.pointer + equals + 1;
  for (let at = value; at < value + size; at++) {
    const byte = load<u8>(at);
    if (byte < 32 || byte > 126 || byte == COMMA || byte == EQUALS || (byte == 32 && at == value + size - 1)) return false;
  }
  const at = placeOf(Val.text(member.pointer, equals), 64);
  if (at == equals) return isKey(member.pointer, equals, false);
  return isKey(member.pointer, at, true) && isKey(member.pointer + at + 1, equals - at - 1, false);
}

/** Checks a key: lowercase letters, digits, `_-*` and slashes, after a letter or, if `digitFirst`, a digit. */
function isKey(pointer: usize, size: usize, digitFirst: bool): bool {
  if (size == 0 || !isWordByte(load<u8>(pointer), digitFirst)) return false;
  for (let at = pointer + 1; at < pointer + size; at++) {
    const byte = load<u8>(at);
    if (!isWordByte(byte, true) && byte != 95 && byte != 45 && byte != 42 && byte != 47) return false;
  }
  return true;
}

function isWordByte(byte: u32, orDigit: bool): bool {
  return byte - 97 < 26 || (orDigit && byte - 48 < 10);
}

function isPart(part: Val): bool {
  const colon = placeOf(part, COLON);
  if (colon == 0 || colon == part.size || !isWordByte(load<u8>(part.pointer), false)) return false;
  for (let i: usize = 1; i < part.size; i++) {
    const byte: u32 = load<u8>(part.pointer + i);
    if (i == colon || isWordByte(byte, true)) continue;
    if (i < colon || (byte - 65 >= 26 && byte != 46 && byte != 95 && byte != 45)) return false;
  }
  return true;
}

// #endregion
