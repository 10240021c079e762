/**
 * Counts the matches of each detector and of the rules for keys and texts. Writes one line of the log per minute,
 * never a value.
 */
import { Detector, LogLevel, log, now } from 'otelwasm/assembly';
import { DETECTOR_NAMES } from 'otelwasm/assembly/detect';
import { MinuteLine } from '../common/minuteLine';

/** Counters besides those of detectors. */
export const enum Counter {
  Key,
  Text,
  NotAllowed,
  Sql,
  Dropped,
  Unknown,
}

const NAMES = DETECTOR_NAMES.concat([
  'keys',
  'texts',
  'not_allowed',
  'sql',
  'dropped_items',
  'unknown_fields',
]);
const counts = new StaticArray<u64>(NAMES.length);
let counted: bool = false;
const minute = new MinuteLine();

export function countFound(detector: Detector): void {
  add(detector, 1);
}

export function count(counter: Counter, times: u32 = 1): void {
  add(DETECTOR_NAMES.length + counter, times);
}

function add(index: i32, times: u32): void {
  counts[index] += times;
  if (times > 0) counted = true;
}

/** Called regularly: writes the line if there is something to report and a minute is over. */
export function reportCounts(): void {
  if (!counted) return;
  const time = now();
  if (minute.isDue(time, true)) writeLine(time);
}

/** Writes the remaining counts. */
export function reportRest(): void {
  if (counted) writeLine(now());
}

function writeLine(time: u64): void {
  let line = 'redacted in ' + minute.take(time).toString() + ' s:';
  let separator = ' ';
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] == 0) continue;
    line += separator + NAMES[i] + ' ' + counts[i].toString();
    separator = ', ';
    counts[i] = 0;
  }
  log(LogLevel.Info, line);
  counted = false;
}
