/**
 * Lets a number of spans or log records per second through, by key, and reports how many it cut. README.md beside
 * this file shows the configuration.
 */
import { Attributes, Json, LogRecord, Resource, Span, Value, now } from 'otelwasm/assembly';
import { Rate } from '../common/tokenBucket';
import { Buckets } from './buckets';
import { Key } from './key';
import { countRecord, countSpan, reportCounts, reportRest } from './counts';

const MOST_KEYS: f64 = 65_536;

let buckets: Buckets = new Buckets(new Rate(1, 1), 1);
let key: Key = new Key([]);
/** The arrival time of the current group, in nanoseconds. */
let time: u64 = 0;
let attribute: string = '';

export function onStart(config: Json): void {
  config.only(['perSecond', 'burst', 'by', 'maxKeys', 'attribute']);
  const rate = config.get('perSecond');
  if (!(rate.number() > 0 && rate.number() <= 1e9)) rate.expected('a number above 0');
  const burst = config.get('burst').numberOr(max(rate.number(), 1));
  if (!(burst >= 1 && burst <= 1e9)) config.get('burst').expected('a number of at least 1');
  const limit = config.get('maxKeys').numberOr(1000);
  if (!(limit >= 1 && limit <= MOST_KEYS) || trunc(limit) != limit) {
    config.get('maxKeys').expected('a whole number from 1 to 65536');
  }
  key = new Key(config.get('by').strings());
  attribute = config.get('attribute').stringOr('otelwasm.limit.cut');
  buckets = new Buckets(new Rate(rate.number(), burst), <i32>limit);
}

export function onResource(resource: Resource): bool {
  time = now();
  reportCounts(time);
  key.readResource(resource.attributes);
  return true;
}

export function onSpan(span: Span): bool {
  const hash = key.of(span.attributes, span.name, span.name, span.name, span.scope.name);
  if (passes(hash, span.endTimeUnixNano, span.attributes)) return true;
  countSpan();
  return false;
}

export function onLogRecord(record: LogRecord): bool {
  const hash = key.of(
    record.attributes,
    record.eventName,
    record.severityText,
    record.body.text,
    record.scope.name,
  );
  const observed = record.timeUnixNano;
  if (passes(hash, observed != 0 ? observed : record.observedTimeUnixNano, record.attributes)) return true;
  countRecord();
  return false;
}

/** The first item that passes after others of its key were cut carries their number. */
function passes(hash: u64, itemTime: u64, attributes: Attributes): bool {
  // An item from the future would leave its bucket empty until then.
  if (!buckets.take(hash, itemTime == 0 ? time : min(itemTime, time), time)) return false;
  if (buckets.cut > 0) attributes.append(attribute, Value.int(buckets.cut));
  return true;
}

export function onShutdown(): void {
  reportRest(buckets.unreported);
}
