/**
 * Rejection thresholds and randomness of consistent probability sampling: numbers of 56 bits. A span is kept when its
 * randomness is not below the threshold. (OpenTelemetry, TraceState: Probability Sampling.)
 */

/** 2 to the power of 56: nothing is kept. */
export const NEVER: u64 = 1 << 56;
export const ALWAYS: u64 = 0;
/** Marks invalid digits. */
export const INVALID: u64 = u64.MAX_VALUE;

const DIGITS: u32 = 14;
const DIGIT_BITS: u32 = 4;

/** The threshold of a probability, with `precision` digits after leading f digits: small probabilities need more. */
export function thresholdOf(probability: f64, precision: u32): u64 {
  if (probability >= 1) return ALWAYS;
  const exact = NEVER - <u64>nearest(probability * <f64>NEVER);
  let digits = precision;
  for (let shift = 52; shift > 0 && ((exact >> shift) & 15) == 15; shift -= 4) digits++;
  if (digits >= DIGITS) return exact;
  const cut: u64 = (DIGITS - digits) * DIGIT_BITS;
  const rounded = ((exact + ((<u64>1) << (cut - 1))) >> cut) << cut;
  return rounded < NEVER ? rounded : exact;
}

/**
 * Reads 14 hexadecimal digits. With `isShort` there may be fewer, padded with zeros at the end. `INVALID` for
 * anything else.
 */
export function readDigits(at: usize, end: usize, isShort: bool): u64 {
  const size = <u32>(end - at);
  if (size == 0 || size > DIGITS || (size < DIGITS && !isShort)) return INVALID;
  let value: u64 = 0;
  for (; at < end; at++) {
    const byte: u32 = load<u8>(at);
    const digit = byte - 0x30 < 10 ? byte - 0x30 : byte - 0x61 < 6 ? byte - 0x61 + 10 : 16;
    if (digit == 16) return INVALID;
    value = (value << 4) | digit;
  }
  return value << ((DIGITS - size) * DIGIT_BITS);
}

/** The digits of a threshold without trailing zeros; `0` for zero. */
export function digitsOf(threshold: u64): string {
  if (threshold == 0) return '0';
  let text = '';
  for (let shift: i32 = 52; shift >= 0 && (threshold & (((<u64>16) << shift) - 1)) != 0; shift -= 4) {
    text += ((threshold >> shift) & 15).toString(16);
  }
  return text;
}
