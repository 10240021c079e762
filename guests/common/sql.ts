/** SQL literals: texts in single or dollar quotes, and numbers. Double quotes enclose names. */
import { Region } from 'otelwasm/assembly';

const QUOTE: u32 = 0x27;
const DOUBLE_QUOTE: u32 = 0x22;
const DOLLAR: u32 = 0x24;
const BACKSLASH: u32 = 0x5c;
const MARK: u8 = 0x3f;

/** The number of literals in the last statement. */
export let literals: u32 = 0;

/** Writes the statement with `?` instead of each literal. False when memory cannot grow. */
export function withoutLiterals(pointer: usize, size: usize, into: Region): bool {
  literals = 0;
  into.length = 0;
  if (!into.reserve(size + 1)) return false;
  const end = pointer + size;
  for (let at = pointer; at < end;) {
    const last = endOfLiteral(at, pointer, end);
    if (last != at) {
      store<u8>(into.pointer + into.length++, MARK);
      at = last;
      literals++;
      continue;
    }
    const next = load<u8>(at) == DOUBLE_QUOTE ? afterQuoted(at, end, DOUBLE_QUOTE) : at + 1;
    into.append(at, next - at);
    at = next;
  }
  return true;
}

/** The address after the literal at `at`; `at` when there is none. */
function endOfLiteral(at: usize, start: usize, end: usize): usize {
  const byte: u32 = load<u8>(at);
  if (byte == QUOTE) return afterQuoted(at, end, QUOTE);
  if (byte == DOLLAR) return afterDollars(at, end);
  const signed = (byte == 0x2d || byte == 0x2b) && at + 1 < end && isDigit(load<u8>(at + 1));
  if (!isDigit(byte) && !signed) return at;
  // Part of a name, of a parameter such as $1 or :1, or of a binary operator.
  if (at > start && (isName(load<u8>(at - 1)) || (signed && load<u8>(at - 1) == byte))) return at;
  let last = at + 1;
  while (last < end && (isName(load<u8>(last)) || load<u8>(last) == 0x2e)) last++;
  return last;
}

/**
 * Doubled quotes, and quotes after a backslash, do not end a text. An unterminated text extends to the end of the
 * statement.
 */
function afterQuoted(at: usize, end: usize, quote: u32): usize {
  for (at++; at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (byte == BACKSLASH) at++;
    else if (byte == quote) {
      if (at + 1 < end && load<u8>(at + 1) == quote) at++;
      else return at + 1;
    }
  }
  return end;
}

/** `$$...$$` and `$name$...$name$`. */
function afterDollars(at: usize, end: usize): usize {
  let tag = at + 1;
  while (tag < end && isName(load<u8>(tag)) && load<u8>(tag) != DOLLAR) tag++;
  if (tag >= end || load<u8>(tag) != DOLLAR || isDigit(load<u8>(at + 1))) return at;
  const size = tag + 1 - at;
  for (let next = tag + 1; next + size <= end; next++) {
    if (memory.compare(next, at, size) == 0) return next + size;
  }
  return end;
}

function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

/** Letters, digits, `_`, `$`, `:`, `@`, and non-ASCII characters. */
function isName(byte: u32): bool {
  return (
    isDigit(byte) ||
    (byte | 0x20) - 0x61 < 26 ||
    byte == 0x5f ||
    byte == DOLLAR ||
    byte == 0x3a ||
    byte == 0x40 ||
    byte >= 0x80
  );
}
