/** Thresholds and randomness of consistent probability sampling: 56-bit numbers (`ot=th:...;rv:...` in tracestate). */
import { Builder } from '../values/builder';
import { Val } from '../values/val';

const DIGITS: i32 = 14;
/** One more than the highest randomness. As a threshold, it drops everything. */
export const NEVER: u64 = 1 << 56;
export const ALWAYS: u64 = 0;
const LEAST_PROBABILITY: f64 = 1.0 / 72057594037927936.0;

/** The result of `probabilityThreshold` for an invalid probability. */
export const OUT_OF_RANGE: u64 = u64.MAX_VALUE;

/** The threshold for a probability, with `precision` hexadecimal digits after leading zeros or fs. */
export function probabilityThreshold(part: f64, precision: i32): u64 {
  if (!(part >= LEAST_PROBABILITY && part <= 1)) return OUT_OF_RANGE;
  if (part == 1) return ALWAYS;
  const digits = min(DIGITS, precision + max(-exponent(part) / 4, -exponent(1 - part) / 4));
  const scaled = part * 72057594037927936.0;
  const whole = Math.floor(scaled);
  let threshold = NEVER - (<u64>whole + u64(scaled - whole >= 0.5));
  const shift = <u64>(4 * (DIGITS - digits));
  if (shift != 0) threshold = ((threshold + ((<u64>1) << (shift - 1))) >> shift) << shift;
  return threshold;
}

/** The smallest exponent of a power of two above the number: 0 for numbers from 0.5 to below 1. */
function exponent(value: f64): i32 {
  return <i32>((reinterpret<u64>(value) >> 52) & 0x7ff) - 1022;
}

export function probabilityOf(threshold: u64): f64 {
  return <f64>(NEVER - threshold) / 72057594037927936.0;
}

/** A value as 14 digits. A threshold has no trailing zeros. Empty if the value is out of range. */
export function digitsOf(value: u64, isThreshold: bool): Val {
  const builder = new Builder(16);
  if (value >= NEVER) return builder.text();
  if (isThreshold && value == 0) {
    builder.byte(48);
    return builder.text();
  }
  for (let shift: i32 = 52; shift >= 0 && (!isThreshold || (value & ((<u64>1 << (shift + 4)) - 1)) != 0); shift -= 4) {
    const digit = <u32>(value >> shift) & 15;
    builder.byte(digit < 10 ? 48 + digit : 87 + digit);
  }
  return builder.text();
}

/** The last value that `readDigits` parsed. */
export let read: u64 = 0;

/** Parses a threshold of 1 to 14 digits, or a randomness of exactly 14. */
export function readDigits(text: Val, isThreshold: bool): bool {
  const size = <i32>text.size;
  if (size > DIGITS || size == 0 || (!isThreshold && size != DIGITS)) return false;
  read = 0;
  for (let at = text.pointer; at < text.pointer + text.size; at++) {
    const byte: u32 = load<u8>(at);
    const letter = byte | 32;
    if (byte - 48 < 10) read = (read << 4) | (byte - 48);
    else if (letter - 97 < 6) read = (read << 4) | (letter - 87);
    else return false;
  }
  read <<= <u64>(4 * (DIGITS - size));
  return true;
}
