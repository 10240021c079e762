/** Logarithms and powers that equal Go's math.Log, Log2 and Exp2 (FreeBSD's msun) to the last bit. */

const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/** The fraction from `split`: at least 0.5 and below 1. */
let fraction: f64 = 0;

/** Splits a number into `fraction` and the returned exponent of two. */
function split(value: f64): i32 {
  let power = 0;
  let bits = reinterpret<u64>(value);
  if ((bits >> 52) == 0) {
    bits = reinterpret<u64>(value * 4503599627370496.0);
    power = -52;
  }
  fraction = reinterpret<f64>((bits & 0x800fffffffffffff) | 0x3fe0000000000000);
  return power + <i32>((bits >> 52) & 0x7ff) - 1022;
}

/** The natural logarithm of a positive number. */
export function logarithm(value: f64): f64 {
  if (isNaN(value) || value == Infinity) return value;
  let power = <f64>split(value);
  let part = fraction;
  if (part < 0.70710678118654752440) {
    part *= 2;
    power--;
  }
  const f = part - 1;
  const s = f / (2 + f);
  const s2 = s * s;
  const s4 = s2 * s2;
  const odd = s2 * (6.666666666666735130e-1 + s4 * (2.857142874366239149e-1 + s4 * (1.818357216161805012e-1 + s4 * 1.479819860511658591e-1)));
  const even = s4 * (3.999999999940941908e-1 + s4 * (2.222219843214978396e-1 + s4 * 1.531383769920937332e-1));
  const half = 0.5 * f * f;
  return power * LN2_HIGH - (half - (s * (half + (odd + even)) + power * LN2_LOW) - f);
}

/** The binary logarithm of a positive number. */
export function logarithm2(value: f64): f64 {
  const power = split(value);
  // The logarithm of a power of two must be exact.
  if (fraction == 0.5) return <f64>(power - 1);
  return logarithm(fraction) * (1 / 0.693147180559945309417232121458176568) + <f64>power;
}

/** A number multiplied by a power of two. */
export function scaled(value: f64, power: i32): f64 {
  for (; power > 1023; power -= 1023) value *= reinterpret<f64>(0x7fe0000000000000);
  for (; power < -1022; power += 1022) value *= reinterpret<f64>(0x0010000000000000);
  return value * reinterpret<f64>(<u64>(power + 1023) << 52);
}

/** 2 to the power of `exponent`. */
export function powerOf2(exponent: f64): f64 {
  if (isNaN(exponent) || exponent >= 1024) return exponent < 0 ? 0 : isNaN(exponent) ? exponent : Infinity;
  if (exponent < -1075) return 0;
  const whole = <i32>(exponent > 0 ? exponent + 0.5 : exponent - 0.5);
  const rest = exponent - <f64>whole;
  const high = rest * LN2_HIGH;
  const low = -rest * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666657415e-1 +
        t * (-2.77777777770155933842e-3 + t * (6.61375632143793436117e-5 + t * (-1.65339022054652515390e-6 + t * 4.13813679705723846039e-8))));
  return scaled(1 - (low - (r * c) / (2 - c) - high), whole);
}
