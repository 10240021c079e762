import { Builder } from '../values/builder';
import { Val } from '../values/val';
import { offsetIn, zoneOf } from './zone';

const NANOS: i64 = 1_000_000_000;
const DAY: i64 = 86_400;

/** The parts of the last time that `split` converted. */
export let year: i64 = 0;
export let month: i32 = 0;
export let day: i32 = 0;
export let hour: i32 = 0;
export let minute: i32 = 0;
export let second: i32 = 0;
export let nanos: i32 = 0;
/** 0 is Sunday. */
export let weekday: i32 = 0;

/** The UTC offset of a time in seconds, from its tag or its location. */
export function offsetOf(time: Val): i64 {
  const zone = zoneOf(time);
  return zone == 0 ? <i64>(<i32>time.tag) : offsetIn(zone, floorDivide(time.int, NANOS));
}

/** Splits a time into its parts, in its local time. */
export function split(time: Val): void {
  const seconds = floorDivide(time.int, NANOS) + offsetOf(time);
  nanos = <i32>(time.int - floorDivide(time.int, NANOS) * NANOS);
  const days = floorDivide(seconds, DAY);
  const rest = <i32>(seconds - days * DAY);
  hour = rest / 3600;
  minute = (rest / 60) % 60;
  second = rest % 60;
  weekday = <i32>((((days + 4) % 7) + 7) % 7);
  // Days since 0000-03-01, in eras of 400 years.
  const shifted = days + 719468;
  const era = floorDivide(shifted, 146097);
  const ofEra = shifted - era * 146097;
  const yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146096) / 365;
  const ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * ofYear + 2) / 153;
  day = <i32>(ofYear - (153 * shiftedMonth + 2) / 5 + 1);
  month = <i32>(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9);
  year = yearOfEra + era * 400 + i64(month <= 2);
}

export function floorDivide(a: i64, b: i64): i64 {
  return a / b - i64(a % b < 0);
}

/** Days from 1970-01-01 to a date. */
export function daysOf(year: i64, month: i64, day: i64): i64 {
  const shifted = month <= 2 ? year - 1 : year;
  const era = floorDivide(shifted, 400);
  const ofEra = shifted - era * 400;
  const ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719468;
}

export function padded(to: Builder, value: i64, width: i32): void {
  const digits = value.toString();
  for (let i = digits.length; i < width; i++) to.byte(48);
  to.string(digits);
}

/** Formats a time as RFC 3339, with as many decimals as needed. */
export function timeText(to: Builder, time: Val): void {
  split(time);
  padded(to, year, 4);
  to.byte(45);
  padded(to, month, 2);
  to.byte(45);
  padded(to, day, 2);
  to.byte(84);
  padded(to, hour, 2);
  to.byte(58);
  padded(to, minute, 2);
  to.byte(58);
  padded(to, second, 2);
  if (nanos != 0) {
    to.byte(46);
    let width = 9;
    let value = nanos;
    while (value % 10 == 0) {
      value /= 10;
      width--;
    }
    padded(to, value, width);
  }
  offsetText(to, time, true);
}

/** Formats an offset: `Z`, or hours and minutes. */
export function offsetText(to: Builder, time: Val, colon: bool): void {
  const offset = <i32>offsetOf(time);
  if (offset == 0 && colon) return to.byte(90);
  to.byte(offset < 0 ? 45 : 43);
  padded(to, abs(offset) / 3600, 2);
  if (colon) to.byte(58);
  padded(to, (abs(offset) / 60) % 60, 2);
}
