/** A receiver that makes a span at a steady interval. README.md beside this file shows the configuration. */
import { Json, SpanBatch, SpanKind, Value, now } from 'otelwasm/assembly';

let name = 'heartbeat';
let service = 'heartbeat';
let intervalMillis: i64 = 1000;
let count: i64 = 0;

export function onStart(config: Json): void {
  config.only(['name', 'service', 'intervalMillis']);
  name = config.get('name').stringOr(name);
  service = config.get('service').stringOr(service);
  const interval = config.get('intervalMillis');
  if (interval.exists) intervalMillis = interval.integer();
  if (intervalMillis < 1) interval.expected('an integer from 1 on');
}

export function produceTraces(batch: SpanBatch): i64 {
  batch.resource('service.name', Value.text(service));
  batch.scopeName = 'heartbeat';
  const time = now();
  batch.span(name, SpanKind.Internal, time, time).attribute('heartbeat.count', Value.int(++count));
  return intervalMillis;
}
