/** Payment cards. */
import { ALPHANUMERIC, is } from './bytes';
import { found } from './found';

const MOST_DIGITS: i32 = 19;

// Digits of the current number, for the Luhn checksum.
const digits = new StaticArray<u8>(MOST_DIGITS);

/** Finds a number that begins with the digit at `at`. */
export function isCard(at: usize, start: usize, end: usize): bool {
  // Words, hashes and decimal fractions contain no card numbers.
  if (at > start && is(at - 1, ALPHANUMERIC)) return false;
  if (at > start + 1 && load<u8>(at - 1) == 0x2e && <u32>load<u8>(at - 2) - 0x30 < 10) return false;
  let separator: u32 = 0;
  let count = 0;
  // Sizes of the groups, four bits each.
  let groups: u64 = 0;
  let size = 0;
  let last = at;
  for (let next = at; next < end; next++) {
    const byte: u32 = load<u8>(next);
    if (byte - 0x30 < 10) {
      if (count == MOST_DIGITS) return false;
      unchecked((digits[count++] = <u8>(byte - 0x30)));
      size++;
      last = next + 1;
    } else if ((byte == 0x20 || byte == 0x2d) && size > 0 && (separator == 0 || byte == separator)) {
      if (next + 1 >= end || <u32>load<u8>(next + 1) - 0x30 >= 10) break;
      // The first group has four digits in all layouts.
      if (size < 4 || size > 6) break;
      separator = byte;
      groups = (groups << 4) | size;
      size = 0;
    } else break;
  }
  if (last < end && is(last, ALPHANUMERIC)) return false;
  if (separator != 0 && !isLayout((groups << 4) | size)) return false;
  return isIssued(count) && luhn(count) && found(at, last);
}

/** Whether cards have groups of digits of these sizes. */
function isLayout(groups: u64): bool {
  return groups == 0x4444 || groups == 0x465 || groups == 0x464 || groups == 0x44443;
}

/** Whether networks issue numbers with this beginning and length. */
function isIssued(count: i32): bool {
  if (count < 13) return false;
  const first = unchecked(digits[0]);
  const two = <i32>first * 10 + unchecked(digits[1]);
  const four = two * 100 + <i32>unchecked(digits[2]) * 10 + unchecked(digits[3]);
  if (first == 4) return count == 13 || count == 16 || count == 19;
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return count == 16;
  if (two == 34 || two == 37) return count == 15;
  if (two == 36 || two == 38 || two == 39 || two == 30) return count == 14 || count == 16;
  return count >= 16 && (two == 35 || two == 62 || two == 65 || four == 6011 || (four >= 6440 && four <= 6499));
}

function luhn(count: i32): bool {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const digit = <i32>unchecked(digits[count - 1 - i]);
    sum += i & 1 ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit;
  }
  return sum % 10 == 0;
}
