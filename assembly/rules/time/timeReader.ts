// Longer than most files: all directives share the state, which is the text, the position and the parts of the time.
import { error } from '../values/failure';
import { textOf } from '../text/texts';
import { daysOf, year as yearOf, split } from './time';
import { decimals } from './timeFormat';
import { composed, MONTHS, WEEKDAYS } from './timeNames';
import { Kind, Val } from '../values/val';
import { isKnown, momentOf, offsetIn, tagOf, unknown } from './zone';
import { now } from 'otelwasm/assembly/host';

const PERCENT: u32 = 37;
const SPACE: u32 = 32;
const NANOS: i64 = 1_000_000_000;
const WEEK: i64 = 7 * 86_400 * NANOS;

let at: usize = 0;
let end: usize = 0;
let number: i32 = 0;

let year: i64 = 0;
let month: i32 = 0;
let day: i32 = 0;
let hour: i32 = 0;
let minute: i32 = 0;
let second: i32 = 0;
let nanos: i64 = 0;
let offset: i32 = 0;
/** Whether there was a numeric offset, which has priority over the name of a zone. */
let hasFigures: bool = false;
/** 12 for pm, 0 for am, -1 for neither. */
let half: i32 = 0;

/**
 * Parses a time with the directives of a format, like the Collector's Time. Numbers may have one or two digits and
 * leading spaces, and a space in the format matches any number of spaces. The date defaults to January 1. The year
 * defaults to this year, or to the last one if the time would be more than a week in the future. A text without an
 * offset is in the location with the table `zone`; 0 is UTC.
 */
export function readTime(text: Val, format: Val, zone: usize): Val | null {
  at = text.pointer;
  end = at + text.size;
  year = nanos = 0;
  month = day = 1;
  hour = minute = second = offset = 0;
  half = -1;
  hasFigures = false;
  if (!readAll(format) || at != end) return error('the string is not a time in this format');
  if (half == 12 && hour < 12) hour += 12;
  if (half == 0 && hour == 12) hour = 0;
  const isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const days = month == 2 ? 28 + i32(isLeap) : 30 + (((month * 9) >> 3) & 1);
  if (day < 1 || day > days) return error('the month does not have this day');
  if (year != 0) return timeIn(year, zone);
  split(Val.ofBits(Kind.Time, now()));
  const thisYear = yearOf;
  const result = timeIn(thisYear, zone);
  return result !== null && result.int > <i64>now() + WEEK ? timeIn(thisYear - 1, zone) : result;
}

function timeIn(ofYear: i64, zone: usize): Val | null {
  const shown = daysOf(ofYear, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
  const seconds = zone == 0 || hasFigures ? shown - offset : momentOf(zone, shown);
  const made = Val.ofBits(Kind.Time, <u64>(seconds * NANOS + nanos));
  made.tag = <u32>offset;
  if (zone == 0) return made;
  if (!isKnown(zone, seconds)) return hasFigures ? made : unknown();
  if (!hasFigures || offsetIn(zone, seconds) == <i64>offset) made.tag = tagOf(zone);
  return made;
}

function readAll(format: Val): bool {
  const last = format.pointer + format.size;
  for (let position = format.pointer; position < last; position++) {
    const byte: u32 = load<u8>(position);
    if (byte == PERCENT && position + 1 < last) {
      if (!readDirective(load<u8>(++position))) return false;
      const isFollowed = position + 3 < last && isDot(load<u8>(position, 1)) && decimals(load<u8>(position, 3)) > 0;
      // Decimals after seconds need no directive.
      if (load<u8>(position) == 83 && !isFollowed) readDecimals();
    } else if (isDot(byte) && position + 2 < last && load<u8>(position, 1) == PERCENT && decimals(load<u8>(position, 2)) > 0) {
      readDecimals();
      position += 2;
    } else if (byte == SPACE) {
      if (at < end && load<u8>(at) != SPACE) return false;
      skipSpaces();
    } else if (!take(byte)) return false;
  }
  return true;
}

function readDirective(directive: u32): bool {
  const parts = composed(directive);
  if (parts != '') return readAll(textOf(directive == 68 || directive == 120 ? '%m/%d/' : parts)) && (parts != '%m/%d/%Y' || readYear());
  switch (directive) {
    case 89: // Y
      if (!readDigits(4, 4)) return false;
      year = number;
      return true;
    case 121: // y
      return readShortYear();
    case 109: // m
    case 111: // o
    case 113: // q
      if (!readDigits(1, 2)) return false;
      month = number;
      return month >= 1 && month <= 12;
    case 98: // b
    case 104: // h
    case 66: // B
      month = readName(MONTHS, directive == 66) + 1;
      return month > 0;
    case 97: // a
    case 65: // A
      return readName(WEEKDAYS, directive == 65) >= 0;
    case 100: // d
    case 101: // e
    case 103: // g
      if (!readDigits(1, 2)) return false;
      day = number;
      return true;
    case 72: // H
      if (!readDigits(2, 2)) return false;
      hour = number;
      return hour < 24;
    case 73: // I
    case 108: // l
      if (!readDigits(1, 2)) return false;
      hour = number;
      return hour <= 12;
    case 77: // M
      if (!readDigits(1, 2)) return false;
      minute = number;
      return minute < 60;
    case 83: // S
      if (!readDigits(1, 2)) return false;
      second = number;
      return second < 60;
    case 112: // p
      return readHalf('AM', 'PM');
    case 80: // P
      return readHalf('am', 'pm');
    case 110: // n
      return take(10);
    case 116: // t
      return take(9);
    case 37: // %
      return take(PERCENT);
    case 90: // Z
      return readZoneName();
    default:
      return readOffset(directive);
  }
}

/** Reads a year of four or two digits. */
function readYear(): bool {
  if (end - at >= 4 && isDigit(load<u8>(at, 2)) && isDigit(load<u8>(at, 3))) {
    if (!readDigits(4, 4)) return false;
    year = number;
    return true;
  }
  return readShortYear();
}

function readShortYear(): bool {
  if (!readDigits(2, 2)) return false;
  year = number + (number >= 69 ? 1900 : 2000);
  return true;
}

function readDigits(least: usize, most: usize): bool {
  skipSpaces();
  const start = at;
  number = 0;
  while (at < end && at < start + most && isDigit(load<u8>(at))) number = number * 10 + load<u8>(at++) - 48;
  return at - start >= least;
}

function readDecimals(): void {
  if (end - at < 2 || !isDot(load<u8>(at)) || !isDigit(load<u8>(at, 1))) return;
  at++;
  let unit: i64 = NANOS;
  while (at < end && isDigit(load<u8>(at))) {
    unit /= 10;
    nanos += unit * (load<u8>(at++) - 48);
  }
}

/** Reads a name, ignoring case. Returns its index, or -1 if there is none. */
function readName(names: StaticArray<string>, isLong: bool): i32 {
  for (let i = 0; i < names.length; i++) {
    const name = isLong ? names[i] : names[i].substring(0, 3);
    if (end - at < <usize>name.length) continue;
    let same = 0;
    while (same < name.length && (load<u8>(at + same) | 32) == (name.charCodeAt(same) | 32)) same++;
    if (same < name.length) continue;
    at += same;
    return i;
  }
  return -1;
}

function readHalf(morning: string, evening: string): bool {
  if (takeWord(evening)) half = 12;
  else if (takeWord(morning)) half = 0;
  else return false;
  return true;
}

/** Reads the name of a zone with a fixed offset. */
function readZoneName(): bool {
  let hours = 0;
  if (takeWord('EST')) hours = -5;
  else if (takeWord('MST')) hours = -7;
  else if (takeWord('HST')) hours = -10;
  else if (!takeWord('UTC') && !takeWord('GMT')) return false;
  if (!hasFigures) offset = hours * 3600;
  return true;
}

/** Reads an offset. `z`: Z, or hours with optional minutes; the others as `showOffset` in timeFormat.ts writes them. */
function readOffset(directive: u32): bool {
  hasFigures = true;
  if (directive == 122 && take(90)) return true;
  if (end - at < 3) return false;
  const sign = load<u8>(at++);
  if (sign != 43 && sign != 45) return false;
  if (!readTwo(24)) return false;
  offset = number * 3600;
  const hasColon = directive == 106 || directive == 107 || (directive == 122 && at < end && load<u8>(at) == 58);
  const hasMinutes = directive == 122 ? hasColon || (at < end && isDigit(load<u8>(at))) : directive != 105;
  if (hasMinutes) {
    if (hasColon && !take(58)) return false;
    if (!readTwo(59)) return false;
    offset += number * 60;
  }
  if (directive == 107 || directive == 119) {
    if (directive == 107 && !take(58)) return false;
    if (!readTwo(59)) return false;
    offset += number;
  }
  if (sign == 45) offset = -offset;
  return true;
}

function readTwo(most: i32): bool {
  if (end - at < 2 || !isDigit(load<u8>(at)) || !isDigit(load<u8>(at, 1))) return false;
  number = (load<u8>(at) - 48) * 10 + load<u8>(at, 1) - 48;
  at += 2;
  return number <= most;
}

function takeWord(word: string): bool {
  if (end - at < <usize>word.length) return false;
  for (let i = 0; i < word.length; i++) if (load<u8>(at + i) != word.charCodeAt(i)) return false;
  at += word.length;
  return true;
}

function take(byte: u32): bool {
  if (at >= end || load<u8>(at) != byte) return false;
  at++;
  return true;
}

function skipSpaces(): void {
  while (at < end && load<u8>(at) == SPACE) at++;
}

@inline function isDigit(byte: u32): bool {
  return byte >= 48 && byte <= 57;
}

@inline function isDot(byte: u32): bool {
  return byte == 46 || byte == 44;
}
