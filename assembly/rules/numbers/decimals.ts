/** Formats doubles with any number of decimal digits, like Go's strconv.FormatFloat. */
import { doubleText } from '../text/doubleText';

/** The digits of a number without its sign, and the number of digits before the point. */
let digits: string = '';
let point: i32 = 0;

// Nine digits per limb, lowest first: 2^1023 has 309 digits, and 2^-1074 has the most digits after the point.
const LIMBS: StaticArray<u32> = new StaticArray<u32>(128);
const BASE: u64 = 1000000000;
let used: i32 = 0;

function multiply(factor: u64): void {
  let carry: u64 = 0;
  for (let i = 0; i < used; i++) {
    carry += <u64>LIMBS[i] * factor;
    LIMBS[i] = <u32>(carry % BASE);
    carry /= BASE;
  }
  while (carry != 0) {
    LIMBS[used++] = <u32>(carry % BASE);
    carry /= BASE;
  }
}

/** Finds all digits of a number. */
function findAll(value: f64): void {
  const bits = reinterpret<u64>(value);
  const field = <i32>((bits >> 52) & 0x7ff);
  let rest = (bits & 0xfffffffffffff) | (field == 0 ? 0 : (<u64>1) << 52);
  let power = max(field, 1) - 1075;
  while (rest != 0 && (rest & 1) == 0) {
    rest >>= 1;
    power++;
  }
  used = 0;
  for (; rest != 0; rest /= BASE) LIMBS[used++] = <u32>(rest % BASE);
  for (let left = power; left > 0; left -= 20) multiply((<u64>1) << min(left, 20));
  // A half is five tenths: each negative power of two is a power of five and one digit after the point.
  for (let left = -power; left > 0; left--) multiply(5);
  digits = '';
  for (let i = used - 1; i >= 0; i--) digits += i == used - 1 ? LIMBS[i].toString() : LIMBS[i].toString().padStart(9, '0');
  point = digits.length + min(power, 0);
  trim();
}

/** Finds the shortest digits that identify the number. */
function findShortest(value: f64): void {
  const text = doubleText(value);
  const e = text.indexOf('e');
  const number = e < 0 ? text : text.substring(0, e);
  const dot = number.indexOf('.');
  digits = dot < 0 ? number : number.substring(0, dot) + number.substring(dot + 1);
  point = (dot < 0 ? number.length : dot) + (e < 0 ? 0 : <i32>parseInt(text.substring(e + 1)));
  trim();
}

/** Removes leading and trailing zeros. */
function trim(): void {
  let from = 0;
  while (from < digits.length && digits.charCodeAt(from) == 48) from++;
  let to = digits.length;
  while (to > from && digits.charCodeAt(to - 1) == 48) to--;
  point = from == to ? 0 : point - from;
  digits = digits.substring(from, to);
}

/** Rounds to `count` digits, half to even. */
function round(count: i32): void {
  if (count >= digits.length) return;
  if (count < 0) {
    digits = '';
    point = 0;
    return;
  }
  const next = digits.charCodeAt(count) - 48;
  const isOdd = count > 0 && (digits.charCodeAt(count - 1) & 1) != 0;
  const up = next > 5 || (next == 5 && (count + 1 < digits.length || isOdd));
  let kept = digits.substring(0, count);
  if (up) {
    let at = count;
    while (at > 0 && kept.charCodeAt(at - 1) == 57) at--;
    if (at == 0) {
      kept = '1';
      point++;
    } else kept = kept.substring(0, at - 1) + String.fromCharCode(kept.charCodeAt(at - 1) + 1);
  }
  digits = kept;
  if (digits.length == 0) point = 0;
  else trim();
}

/** Formats a number without its sign as `e`, `f` or `g` with a precision; -1 gives the shortest unique digits. */
export function formatDouble(value: f64, verb: u32, precision: i32): string {
  if (precision < 0) findShortest(value);
  else findAll(value);
  const lower = verb | 32;
  if (lower == 101) {
    if (precision >= 0) round(precision + 1);
    return exponential(verb, precision < 0 ? max(digits.length - 1, 0) : precision);
  }
  if (lower == 102) {
    if (precision >= 0) round(point + precision);
    return fixed(precision < 0 ? max(digits.length - point, 0) : precision);
  }
  let most = precision;
  if (precision < 0) most = 6;
  else {
    if (precision == 0) most = 1;
    round(most);
  }
  const exponent = point - 1;
  const limit = precision >= 0 && most > digits.length && digits.length >= point ? digits.length : most;
  if (exponent < -4 || exponent >= limit) return exponential(verb - 2, max(digits.length - 1, 0));
  return fixed(max(digits.length - point, 0));
}

function digitAt(index: i32): string {
  return index >= 0 && index < digits.length ? digits.charAt(index) : '0';
}

function exponential(verb: u32, decimals: i32): string {
  let text = digitAt(0);
  if (decimals > 0) text += '.';
  for (let i = 1; i <= decimals; i++) text += digitAt(i);
  const exponent = digits.length == 0 ? 0 : point - 1;
  const size = abs(exponent);
  return text + String.fromCharCode(verb) + (exponent < 0 ? '-' : '+') + size.toString().padStart(2, '0');
}

function fixed(decimals: i32): string {
  let text = '';
  for (let i = 0; i < point; i++) text += digitAt(i);
  if (point <= 0) text = '0';
  if (decimals > 0) text += '.';
  for (let i = 0; i < decimals; i++) text += digitAt(point + i);
  return text;
}
