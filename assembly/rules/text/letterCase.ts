import { Builder } from '../values/builder';
import { isBroken, runeAt, runeSize } from './runes';
import { Val } from '../values/val';

export function lower(text: Val): Val {
  return mapped(text, false);
}

export function upper(text: Val): Val {
  return mapped(text, true);
}

function mapped(text: Val, isUpper: bool): Val {
  const builder = new Builder(text.size);
  const end = text.pointer + text.size;
  for (let at = text.pointer; at < end; at += runeSize) {
    const code = runeAt(at, end);
    if (code < 0x80) builder.byte(asciiCase(code, isUpper));
    else if (isBroken) builder.rune(code);
    else builder.rune(otherCase(code, isUpper));
  }
  return builder.text();
}

@inline function asciiCase(code: u32, isUpper: bool): u32 {
  const from: u32 = isUpper ? 97 : 65;
  return code - from < 26 ? code ^ 32 : code;
}

/** The other case of a character. A character whose other case is several characters, such as ß, stays unchanged. */
function otherCase(code: u32, isUpper: bool): u32 {
  // The lowercase of İ is two characters; Go uses the first.
  if (code == 0x130 && !isUpper) return 105;
  const text = String.fromCodePoint(code);
  const other = isUpper ? text.toUpperCase() : text.toLowerCase();
  const result = other.codePointAt(0);
  return other.length == (result > 0xffff ? 2 : 1) ? result : code;
}


/** `someName` to `some_name`. */
export function toSnake(text: Val): Val {
  const trimmed = trim(text);
  const builder = new Builder(trimmed.size + 16);
  const last = trimmed.size;
  for (let i: usize = 0; i < last; i++) {
    let byte: u32 = load<u8>(trimmed.pointer + i);
    const isLow = byte - 97 < 26;
    const isCap = byte - 65 < 26;
    if (isCap) byte ^= 32;
    if (i + 1 < last) {
      const next: u32 = load<u8>(trimmed.pointer + i + 1);
      const nextLow = next - 97 < 26;
      const nextCap = next - 65 < 26;
      const nextDigit = next - 48 < 10;
      const isDigit = byte - 48 < 10;
      if ((isCap && (nextLow || nextDigit)) || (isLow && (nextCap || nextDigit)) || (isDigit && (nextCap || nextLow))) {
        if (isCap && nextLow && i > 0 && load<u8>(trimmed.pointer + i - 1) - 65 < 26) builder.byte(95);
        builder.byte(byte);
        if (isLow || isDigit || nextDigit) builder.byte(95);
        continue;
      }
    }
    if (byte == 32 || byte == 95 || byte == 45 || byte == 46) builder.byte(95);
    else builder.byte(byte);
  }
  return builder.text();
}

/** `some_name` to `SomeName`. */
export function toCamel(text: Val): Val {
  const trimmed = trim(text);
  const builder = new Builder(trimmed.size);
  let capitalizes = true;
  let wasCap = false;
  for (let i: usize = 0; i < trimmed.size; i++) {
    let byte: u32 = load<u8>(trimmed.pointer + i);
    const isLow = byte - 97 < 26;
    const isCap = byte - 65 < 26;
    const isDigit = byte - 48 < 10;
    if (capitalizes ? isLow : isCap && wasCap) byte ^= 32;
    wasCap = isCap;
    if (isLow || isCap || isDigit) {
      builder.byte(byte);
      capitalizes = isDigit;
    } else if (byte == 95 || byte == 32 || byte == 45 || byte == 46) capitalizes = true;
    else capitalizes = false;
  }
  return builder.text();
}

function trim(text: Val): Val {
  let start = text.pointer;
  let end = start + text.size;
  while (start < end && isSpace(load<u8>(start))) start++;
  while (start < end && isSpace(load<u8>(end - 1))) end--;
  return Val.text(start, end - start);
}

function isSpace(byte: u32): bool {
  return byte == 32 || byte - 9 < 5;
}
