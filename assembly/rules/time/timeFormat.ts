import { Builder } from '../values/builder';
import { textOf } from '../text/texts';
import { day, hour, minute, month, nanos, offsetOf, padded, second, split, weekday, year } from './time';
import { composed, MONTHS, WEEKDAYS } from './timeNames';
import { Val } from '../values/val';

const PERCENT: u32 = 37;

/** Formats a time with the directives of the Collector's FormatTime. */
export function formatTime(to: Builder, time: Val, format: Val): void {
  split(time);
  const end = format.pointer + format.size;
  for (let at = format.pointer; at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (byte == PERCENT && at + 1 < end) show(to, time, load<u8>(++at));
    // Decimals of a second include the dot or comma before them; without decimals it is omitted.
    else if ((byte == 46 || byte == 44) && at + 2 < end && load<u8>(at, 1) == PERCENT && decimals(load<u8>(at, 2)) > 0) {
      showDecimals(to, byte, decimals(load<u8>(at, 2)));
      at += 2;
    } else to.byte(byte);
  }
}

/** The number of decimals of a directive. */
export function decimals(directive: u32): i32 {
  if (directive == 76) return 3; // L
  if (directive == 102) return 6; // f
  return directive == 115 ? 9 : 0; // s
}

function showDecimals(to: Builder, dot: u32, width: i32): void {
  let value = nanos;
  for (let i = width; i < 9; i++) value /= 10;
  while (width > 0 && value % 10 == 0) {
    value /= 10;
    width--;
  }
  if (width == 0) return;
  to.byte(dot);
  padded(to, value, width);
}

function show(to: Builder, time: Val, directive: u32): void {
  const parts = composed(directive);
  if (parts != '') return formatTime(to, time, textOf(parts));
  const hour12 = hour % 12 == 0 ? 12 : hour % 12;
  switch (directive) {
    case 89: // Y
      return padded(to, year, 4);
    case 121: // y
      return padded(to, year % 100, 2);
    case 109: // m
      return padded(to, month, 2);
    case 111: // o: Go has no space-padded month, and writes the underscore
      to.byte(95);
      return padded(to, month, 1);
    case 113: // q
      return padded(to, month, 1);
    case 98: // b
    case 104: // h
      return to.string(MONTHS[month - 1].substring(0, 3));
    case 66: // B
      return to.string(MONTHS[month - 1]);
    case 100: // d
      return padded(to, day, 2);
    case 101: // e
      if (day < 10) to.byte(32);
      return padded(to, day, 1);
    case 103: // g
      return padded(to, day, 1);
    case 97: // a
      return to.string(WEEKDAYS[weekday].substring(0, 3));
    case 65: // A
      return to.string(WEEKDAYS[weekday]);
    case 72: // H
      return padded(to, hour, 2);
    case 73: // I
      return padded(to, hour12, 2);
    case 108: // l
      return padded(to, hour12, 1);
    case 112: // p
      return to.string(hour < 12 ? 'AM' : 'PM');
    case 80: // P
      return to.string(hour < 12 ? 'am' : 'pm');
    case 77: // M
      return padded(to, minute, 2);
    case 83: // S
      return padded(to, second, 2);
    case 110: // n
      return to.byte(10);
    case 116: // t
      return to.byte(9);
    case 37: // %
      return to.byte(37);
    default:
      showOffset(to, <i32>offsetOf(time), directive);
  }
}

/** `z`, `Z`: hours and minutes; `i`: hours; `j`: hours:minutes; `k`: hours:minutes:seconds; `w`: `k` without colons. */
function showOffset(to: Builder, offset: i32, directive: u32): void {
  if (offset == 0 && directive == 122) return to.byte(90);
  if (offset == 0 && directive == 90) return to.string('UTC');
  to.byte(offset < 0 ? 45 : 43);
  padded(to, abs(offset) / 3600, 2);
  if (directive == 105) return;
  if (directive == 106 || directive == 107) to.byte(58);
  padded(to, (abs(offset) / 60) % 60, 2);
  if (directive != 107 && directive != 119) return;
  if (directive == 107) to.byte(58);
  padded(to, abs(offset) % 60, 2);
}
