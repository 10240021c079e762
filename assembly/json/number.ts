/**
 * Decimal numbers as in IEEE 754: the nearest double, ties to even. AssemblyScript's own parseFloat is wrong for
 * numbers with many digits.
 */
import { Natural } from './natural';

/** More digits than are needed to distinguish any two doubles and the midpoint between them. */
const MAX_DIGITS = 800;
const MANTISSA_BITS = 53;
const LOWEST_EXPONENT = -1074;

/** The double nearest to a JSON number; Infinity beyond the largest. */
export function parseDouble(text: string): f64 {
  const negative = text.charCodeAt(0) == 0x2d;
  const mark = exponentMark(text);
  const mantissa = text.substring(negative ? 1 : 0, mark);
  const point = mantissa.indexOf('.');
  let digits = mantissa.replace('.', '');
  let exponent = mark < text.length ? clampedExponent(text.substring(mark + 1)) : 0;
  if (point >= 0) exponent -= digits.length - point;
  if (digits.length > MAX_DIGITS) {
    // Digits that are cut off only make the number larger than the rest.
    exponent += digits.length - MAX_DIGITS - 1;
    digits = digits.substring(0, MAX_DIGITS) + '1';
  }
  const value = scaled(Natural.parse(digits), exponent);
  return negative ? -value : value;
}

function exponentMark(text: string): i32 {
  for (let i = 0; i < text.length; i++) {
    if ((text.charCodeAt(i) | 0x20) == 0x65) return i;
  }
  return text.length;
}

/** Clamps the exponent, which must not wrap. Beyond the range of doubles the exact value does not matter. */
function clampedExponent(text: string): i32 {
  const negative = text.charCodeAt(0) == 0x2d;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit >= 0 && value < 1000000) value = value * 10 + digit;
  }
  return negative ? -value : value;
}

/** The double nearest to `digits * 10 ** exponent`. */
function scaled(digits: Natural, exponent: i32): f64 {
  const bits = digits.bitLength;
  if (bits == 0) return 0;
  // A power of ten has more than three bits and less than four.
  if (bits + 4 * exponent > 8192 && exponent > 400) return Infinity;
  if (bits + 3 * exponent < -8192) return 0;
  let numerator = digits;
  let denominator = Natural.of(1);
  if (exponent >= 0) numerator.multiplyByPowerOfTen(exponent);
  else denominator.multiplyByPowerOfTen(-exponent);
  // Scaled so that the quotient has 54 or 55 bits, or fewer for a number close to 0.
  let shift = MANTISSA_BITS + 1 - (numerator.bitLength - denominator.bitLength);
  if (-shift < LOWEST_EXPONENT - 1) shift = -(LOWEST_EXPONENT - 1);
  if (shift >= 0) numerator.shiftLeft(shift);
  else denominator.shiftLeft(-shift);
  let quotient = numerator.divideBy(denominator);
  let sticky = !numerator.isZero;
  let power = -shift;
  while (quotient >> (MANTISSA_BITS + 1) != 0) {
    sticky = sticky || (quotient & 1) != 0;
    quotient >>= 1;
    power++;
  }
  // Now at most 54 bits. The last one rounds.
  const half = (quotient & 1) != 0;
  quotient >>= 1;
  power++;
  if (half && (sticky || (quotient & 1) != 0)) quotient++;
  return compose(quotient, power);
}

/** `mantissa * 2 ** power`, which is a double, or too large for one. */
function compose(mantissa: u64, power: i32): f64 {
  if (mantissa == 0) return 0;
  if (mantissa >> MANTISSA_BITS != 0) {
    mantissa >>= 1;
    power++;
  }
  while (mantissa >> (MANTISSA_BITS - 1) == 0 && power > LOWEST_EXPONENT) {
    mantissa <<= 1;
    power--;
  }
  const exponent = power - LOWEST_EXPONENT + 1;
  if (exponent >= 2047) return Infinity;
  if (mantissa >> (MANTISSA_BITS - 1) == 0) return reinterpret<f64>(mantissa);
  return reinterpret<f64>(((<u64>exponent) << (MANTISSA_BITS - 1)) | (mantissa & 0xfffffffffffff));
}

/** True when the digits, without a sign, exceed a 64-bit integer of that sign. */
export function overflowsInt64(digits: string, negative: bool): bool {
  const limit = negative ? '9223372036854775808' : '9223372036854775807';
  if (digits.length != limit.length) return digits.length > limit.length;
  return digits > limit;
}
