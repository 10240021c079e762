/** How much was cut: one line of the log a minute. */
import { LogLevel, log, now } from 'otelwasm/assembly';

const MINUTE_NANOS: u64 = 60_000_000_000;

let spans: u64 = 0;
let records: u64 = 0;
/** When the first of them was cut, or rather the batch before it. */
let since: u64 = 0;

export function countSpan(): void {
  spans++;
}

export function countRecord(): void {
  records++;
}

/** Called with each batch: writes the line if there is something to tell, and a minute is over. */
export function tellCounts(time: u64): void {
  if (spans + records == 0 || since == 0 || time < since) since = time;
  else if (time - since >= MINUTE_NANOS) {
    writeLine(time, '');
    since = time;
  }
}

/** Writes the rest, and how many of all that were cut no item tells of. */
export function tellLast(untold: u64): void {
  if (spans + records + untold > 0)
    writeLine(now(), '; ' + untold.toString() + ' are not told of in an item');
}

function writeLine(time: u64, rest: string): void {
  const seconds = time > since ? (time - since) / 1_000_000_000 : 0;
  const what = spans.toString() + ' spans, ' + records.toString() + ' log records';
  log(LogLevel.Info, 'cut in ' + seconds.toString() + ' s: ' + what + rest);
  spans = records = 0;
}
