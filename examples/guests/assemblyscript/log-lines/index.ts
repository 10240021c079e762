/** A receiver that turns lines of its configuration into log records. README.md beside this file shows it. */
import { Json, LogBatch, Severity, Value, now } from 'otelwasm/assembly';

// When all lines are out: to return would look like a failure to the host.
const IDLE_MILLIS: i64 = 1000;

let lines: string[] = [];
let service = 'log-lines';
let batchSize: i64 = 1;
let intervalMillis: i64 = 0;
let repeat = false;
let next = 0;

export function onStart(config: Json): void {
  config.only(['lines', 'service', 'batchSize', 'intervalMillis', 'repeat']);
  lines = config.get('lines').strings();
  if (lines.length == 0) config.get('lines').expected('at least one line');
  service = config.get('service').stringOr(service);
  repeat = config.get('repeat').boolOr(false);
  batchSize = integerFrom(config.get('batchSize'), 1, 1);
  intervalMillis = integerFrom(config.get('intervalMillis'), 0, 0);
}

function integerFrom(json: Json, fallback: i64, least: i64): i64 {
  const value = json.exists ? json.integer() : fallback;
  if (value < least) json.expected('an integer from ' + least.toString() + ' on');
  return value;
}

export function produceLogs(batch: LogBatch): i64 {
  batch.resource('service.name', Value.text(service));
  batch.scopeName = 'log-lines';
  for (let i: i64 = 0; i < batchSize && next < lines.length; i++) {
    const line = lines[next++];
    if (isError(line)) batch.record(now(), Severity.Error, 'ERROR', Value.text(line));
    else batch.record(now(), Severity.Info, 'INFO', Value.text(line));
  }
  if (repeat && next == lines.length) next = 0;
  return next < lines.length ? intervalMillis : IDLE_MILLIS;
}

function isError(line: string): bool {
  return line.startsWith('ERROR') || line.startsWith('error');
}
