/** Telephone numbers and addresses of machines, which are looked for on request. */
import { ALPHANUMERIC, is } from './bytes';
import { found } from './found';

/** A number from its + at `at` on: 8 to 15 digits, with single blanks, dots, dashes and parentheses between them. */
export function isPhone(at: usize, start: usize, end: usize): bool {
  if (at > start && is(at - 1, ALPHANUMERIC)) return false;
  let digits = 0;
  let last = at;
  let separators = 0;
  for (let next = at + 1; next < end; next++) {
    const byte: u32 = load<u8>(next);
    if (byte - 0x30 < 10) {
      if (digits == 0 && byte == 0x30) return false;
      digits++;
      separators = 0;
      last = next + 1;
    } else if (digits > 0 && separators < 2 && isSeparator(byte)) separators++;
    else break;
  }
  if (digits < 8 || digits > 15 || (last < end && is(last, ALPHANUMERIC))) return false;
  return found(at, last);
}

function isSeparator(byte: u32): bool {
  return byte == 0x20 || byte == 0x28 || byte == 0x29 || byte == 0x2d || byte == 0x2e;
}

/** An IPv4 address whose first digit is at `at`. */
export function isIpAddress(at: usize, start: usize, end: usize): bool {
  if (at > start && (is(at - 1, ALPHANUMERIC) || load<u8>(at - 1) == 0x2e)) return false;
  let next = at;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && (next >= end || load<u8>(next++) != 0x2e)) return false;
    let value: u32 = 0;
    const first = next;
    while (next < end && next - first < 3 && <u32>load<u8>(next) - 0x30 < 10) value = value * 10 + load<u8>(next++) - 0x30;
    if (next == first || value > 255) return false;
  }
  if (next < end && is(next, ALPHANUMERIC)) return false;
  // A fifth part makes it a version, a dot alone ends a sentence.
  if (next + 1 < end && load<u8>(next) == 0x2e && is(next + 1, ALPHANUMERIC)) return false;
  return found(at, next);
}
