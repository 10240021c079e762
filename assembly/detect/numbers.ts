/** Telephone numbers and IP addresses, which are detected only on request. */
import { ALPHANUMERIC, DIGIT, is, skipBack } from './bytes';
import { found, foundEnd } from './found';

/**
 * A number that begins with the + at `at`: 8 to 15 digits, separated by single blanks, dots, dashes or parentheses.
 */
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
export function isIpv4(at: usize, start: usize, end: usize): bool {
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
  // With a fifth part it is a version number. A single dot ends a sentence.
  if (next + 1 < end && load<u8>(next) == 0x2e && is(next + 1, ALPHANUMERIC)) return false;
  return found(at, next);
}

const COLON: u8 = 0x3a;
const DOT: u8 = 0x2e;

/** An IPv6 address whose first colon is at `at`: eight groups, or fewer around two colons. */
export function isIpv6(at: usize, start: usize, end: usize): bool {
  const first = skipBack(at, start, ALPHANUMERIC);
  if (at - first > 4 || (first > start && load<u8>(first - 1) == COLON)) return false;
  // The number of groups of digits, and whether there were two colons between groups.
  let groups = 0;
  let shortened = false;
  let last = first;
  for (let next = first; next < end; ) {
    const groupEnd = endOfHexadecimal(next, end);
    if (groupEnd > next) {
      if (groupEnd - next > 4 || (groupEnd < end && is(groupEnd, ALPHANUMERIC))) return false;
      groups++;
      last = groupEnd;
    }
    if (groupEnd >= end || load<u8>(groupEnd) != COLON) break;
    next = groupEnd + 1;
    if (next >= end || load<u8>(next) != COLON) {
      if (groupEnd == first) return false;
      continue;
    }
    if (shortened) return false;
    shortened = true;
    last = ++next;
  }
  // The last two groups may be an IPv4 address, whose first number was counted as a group.
  const mixed = last + 1 < end && load<u8>(last) == DOT && isIpv4(skipBack(last, first, DIGIT), first, end);
  if (mixed) last = foundEnd;
  return (shortened ? groups > 0 && groups < 8 : groups == (mixed ? 7 : 8)) && found(first, last);
}

function endOfHexadecimal(at: usize, end: usize): usize {
  while (at < end && (<u32>load<u8>(at) - 0x30 < 10 || (<u32>load<u8>(at) | 0x20) - 0x61 < 6)) at++;
  return at;
}
