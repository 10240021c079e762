import { error } from '../values/failure';
import { scaled } from './logarithm';
import { Val } from '../values/val';

/** Parses numbers like Go's strconv. */

/** Parses a 64-bit integer. Base 0 takes the base from the prefix. Returns null, with the reason, if malformed. */
export function parseInteger(text: Val, base: i64): Val | null {
  let at = text.pointer;
  const end = at + text.size;
  let isNegative = false;
  if (at < end && (load<u8>(at) == 43 || load<u8>(at) == 45)) isNegative = load<u8>(at++) == 45;
  let radix = <u64>base;
  const byPrefix = base == 0;
  if (byPrefix) {
    radix = 10;
    if (end - at > 1 && load<u8>(at) == 48) {
      const letter = load<u8>(at, 1) | 32;
      if (end - at > 2 && letter == 120) radix = 16;
      else if (end - at > 2 && letter == 98) radix = 2;
      else if (end - at > 2 && letter == 111) radix = 8;
      else radix = 8;
      at += radix == 8 && letter != 111 ? 1 : 2;
    }
  } else if (base < 2 || base > 36) return error('the base must be 2 to 36, or 0');
  if (at >= end) return error('the string is not an integer');
  const limit: u64 = isNegative ? (<u64>1) << 63 : <u64>i64.MAX_VALUE;
  let value: u64 = 0;
  for (; at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (byte == 95 && byPrefix) continue;
    const digit: u64 = byte >= 48 && byte <= 57 ? byte - 48 : (byte | 32) >= 97 && (byte | 32) <= 122 ? (byte | 32) - 87 : 99;
    if (digit >= radix) return error('the string is not an integer');
    if (value > (limit - digit) / radix) return error('the integer does not fit in 64 bits');
    value = value * radix + digit;
  }
  return Val.int(isNegative ? -(<i64>value) : <i64>value);
}

/** Parses a double. Returns null, with the reason, if malformed. */
export function parseDouble(text: Val): Val | null {
  let string = String.UTF8.decodeUnsafe(text.pointer, text.size);
  if (string.includes('_')) {
    if (!hasGoodUnderscores(string)) return error('the string is not a number');
    string = string.replaceAll('_', '');
  }
  const lower = string.toLowerCase();
  const unsigned = lower.startsWith('+') || lower.startsWith('-') ? lower.substring(1) : lower;
  const sign: f64 = lower.startsWith('-') ? -1 : 1;
  if (unsigned == 'inf' || unsigned == 'infinity') return Val.double(sign * Infinity);
  if (lower == 'nan') return Val.double(NaN);
  if (unsigned.startsWith('0x')) return parseHexDouble(unsigned, sign);
  if (!isDecimal(unsigned)) return error('the string is not a number');
  const value = F64.parseFloat(string);
  return isFinite(value) ? Val.double(value) : error('the number is out of range');
}

/** Whether all underscores are between digits. */
function hasGoodUnderscores(text: string): bool {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) == 95 && (i == 0 || i + 1 == text.length || !isDigit(text, i - 1) || !isDigit(text, i + 1))) return false;
  }
  return true;
}

/** Parses hexadecimal digits with an optional point and a required power of two. */
function parseHexDouble(text: string, sign: f64): Val | null {
  const p = text.indexOf('p');
  if (p < 3 || p > 20 || !isDecimal('1e' + text.substring(p + 1))) return error('the string is not a number');
  let value: f64 = 0;
  let power = <i32>parseInt(text.substring(p + 1));
  let isBehind = false;
  let digits = 0;
  for (let i = 2; i < p; i++) {
    const code = text.charCodeAt(i);
    if (code == 46 && !isBehind) {
      isBehind = true;
      continue;
    }
    const digit = code - 48 < 10 && code >= 48 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : 16;
    if (digit == 16) return error('the string is not a number');
    value = value * 16 + <f64>digit;
    if (isBehind) power -= 4;
    digits++;
  }
  if (digits == 0) return error('the string is not a number');
  return Val.double(sign * scaled(value, max(min(power, 4000), -4000)));
}

function isDecimal(text: string): bool {
  let at = 0;
  let digits = 0;
  while (at < text.length && isDigit(text, at)) {
    at++;
    digits++;
  }
  if (at < text.length && text.charCodeAt(at) == 46) {
    at++;
    while (at < text.length && isDigit(text, at)) {
      at++;
      digits++;
    }
  }
  if (digits == 0) return false;
  if (at == text.length) return true;
  if (text.charCodeAt(at++) != 101) return false;
  if (at < text.length && (text.charCodeAt(at) == 43 || text.charCodeAt(at) == 45)) at++;
  if (at == text.length) return false;
  while (at < text.length) if (!isDigit(text, at++)) return false;
  return true;
}

@inline function isDigit(text: string, at: i32): bool {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}
