/** Reports how much was cut: one line of the log per minute. */
import { LogLevel, log, now } from 'otelwasm/assembly';
import { MinuteLine } from '../common/minuteLine';

let spans: u64 = 0;
let records: u64 = 0;
const line = new MinuteLine();

export function countSpan(): void {
  spans++;
}

export function countRecord(): void {
  records++;
}

/** Called with each batch: writes the line if there is something to report and a minute is over. */
export function reportCounts(time: u64): void {
  if (line.isDue(time, spans + records > 0)) writeLine(time, '');
}

/** Writes the remaining counts, and how many of all cut items no item reports. */
export function reportRest(unreported: u64): void {
  if (spans + records + unreported > 0)
    writeLine(now(), '; ' + unreported.toString() + ' are not counted in any item');
}

function writeLine(time: u64, rest: string): void {
  const what = spans.toString() + ' spans, ' + records.toString() + ' log records';
  log(LogLevel.Info, 'cut in ' + line.take(time).toString() + ' s: ' + what + rest);
  spans = records = 0;
}
