import { Builder } from '../values/builder';
import { RunBuilder } from '../values/runBuilder';
import { error } from '../values/failure';
import { parseDouble } from '../numbers/numbers';
import { Kind, NIL, VALUES_TAG, FALSE, TRUE, Val } from '../values/val';
import { REPLACEMENT, isBroken, runeAt, runeSize } from './runes';
import { withEntry } from '../values/copies';

let at: usize = 0;
let end: usize = 0;
let depth: i32 = 0;
const MAX_DEPTH: i32 = 500;

/** Parses an object or a list. All numbers are doubles. Returns null, with the reason, for anything else. */
export function readJson(text: Val): Val | null {
  at = text.pointer;
  end = at + text.size;
  depth = 0;
  const value = readValue();
  skipSpace();
  if (value === null || at != end) return error('the string is not JSON');
  return value.kind == Kind.Map || value.kind == Kind.List ? value : error('the JSON must be an object or an array');
}

function skipSpace(): void {
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 32 && byte != 9 && byte != 10 && byte != 13) return;
    at++;
  }
}

function take(byte: u32): bool {
  skipSpace();
  if (at >= end || load<u8>(at) != byte) return false;
  at++;
  return true;
}

function readValue(): Val | null {
  skipSpace();
  if (at >= end || depth > MAX_DEPTH) return null;
  const byte = load<u8>(at);
  if (byte == 34) return readText();
  if (byte == 123) return readObject();
  if (byte == 91) return readList();
  if (isWord('true')) return TRUE;
  if (isWord('false')) return FALSE;
  if (isWord('null')) return NIL;
  return readNumber();
}

function isWord(word: string): bool {
  if (end - at < <usize>word.length) return false;
  for (let i = 0; i < word.length; i++) if (load<u8>(at + i) != word.charCodeAt(i)) return false;
  at += word.length;
  return true;
}

function readNumber(): Val | null {
  const start = at;
  if (at < end && load<u8>(at) == 45) at++;
  const first = at;
  while (at < end && isDigit(load<u8>(at))) at++;
  if (at == first || (load<u8>(first) == 48 && at > first + 1)) return null;
  if (at < end && load<u8>(at) == 46) {
    const from = ++at;
    while (at < end && isDigit(load<u8>(at))) at++;
    if (at == from) return null;
  }
  if (at < end && (load<u8>(at) | 32) == 101) {
    at++;
    if (at < end && (load<u8>(at) == 43 || load<u8>(at) == 45)) at++;
    const from = at;
    while (at < end && isDigit(load<u8>(at))) at++;
    if (at == from) return null;
  }
  return parseDouble(Val.text(start, at - start));
}

@inline function isDigit(byte: u32): bool {
  return byte >= 48 && byte <= 57;
}

function readText(): Val | null {
  const start = ++at;
  while (at < end && load<u8>(at) != 34 && load<u8>(at) != 92 && load<u8>(at) >= 32 && load<u8>(at) < 128) at++;
  if (at < end && load<u8>(at) == 34) return Val.text(start, at++ - start);
  const builder = new Builder(at - start + 32);
  builder.bytes(start, at - start);
  while (at < end) {
    const byte = load<u8>(at);
    if (byte == 34) {
      at++;
      return builder.text();
    }
    if (byte < 32) return null;
    if (byte != 92) {
      const code = runeAt(at, end);
      builder.rune(isBroken ? REPLACEMENT : code);
      at += runeSize;
      continue;
    }
    if (++at >= end || !readEscape(builder)) return null;
  }
  return null;
}

function readEscape(builder: Builder): bool {
  const byte = load<u8>(at++);
  switch (byte) {
    case 34:
    case 92:
    case 47:
      builder.byte(byte);
      return true;
    case 98:
      builder.byte(8);
      return true;
    case 102:
      builder.byte(12);
      return true;
    case 110:
      builder.byte(10);
      return true;
    case 114:
      builder.byte(13);
      return true;
    case 116:
      builder.byte(9);
      return true;
    case 117: {
      let code = readUnit();
      if (code < 0) return false;
      if ((code & 0xfc00) == 0xd800) {
        const before = at;
        if (end - at >= 6 && load<u8>(at) == 92 && load<u8>(at, 1) == 117) {
          at += 2;
          const low = readUnit();
          if (low < 0) return false;
          if ((low & 0xfc00) == 0xdc00) {
            builder.rune(0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff));
            return true;
          }
          at = before;
        }
        code = REPLACEMENT;
      } else if ((code & 0xfc00) == 0xdc00) code = REPLACEMENT;
      builder.rune(code);
      return true;
    }
    default:
      return false;
  }
}

function readUnit(): i32 {
  if (end - at < 4) return -1;
  let code = 0;
  for (let i = 0; i < 4; i++) {
    const byte: i32 = load<u8>(at++);
    const lower = byte | 32;
    const digit = byte >= 48 && byte <= 57 ? byte - 48 : lower >= 97 && lower <= 102 ? lower - 87 : -1;
    if (digit < 0) return -1;
    code = (code << 4) | digit;
  }
  return code;
}

function readList(): Val | null {
  at++;
  depth++;
  const builder = new RunBuilder();
  if (!take(93)) {
    do {
      const value = readValue();
      if (value === null) return null;
      builder.element(value);
    } while (take(44));
    if (!take(93)) return null;
  }
  depth--;
  return builder.end(Kind.List);
}

function readObject(): Val | null {
  at++;
  depth++;
  let map = Val.run(Kind.Map, VALUES_TAG, 0, 0);
  if (!take(125)) {
    do {
      skipSpace();
      if (at >= end || load<u8>(at) != 34) return null;
      const key = readText();
      if (key === null || !take(58)) return null;
      const value = readValue();
      if (value === null) return null;
      map = withEntry(map, key.pointer, key.size, value);
    } while (take(44));
    if (!take(125)) return null;
  }
  depth--;
  return map;
}

