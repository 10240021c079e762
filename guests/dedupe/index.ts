/**
 * Keeps one of equal log records per interval, and adds their number to it. README.md beside this file shows the
 * configuration.
 */
import { Items, Json, LogRecord, Value, now } from 'otelwasm/assembly';
import { hashOf, selectFields, timeOfHashed } from './equality';
import { Kept, Records } from './records';
import { sipHash, newKey } from './sipHash';

const NANOS_PER_SECOND: f64 = 1e9;
const FIRST = 'first_observed_timestamp';
const LAST = 'last_observed_timestamp';
const NANOS_PER_MILLI: u64 = 1_000_000;
// Odd, so that no bits are lost. It distinguishes a resource from a scope with the same bytes.
const IN_RESOURCE: u64 = 0x9e3779b97f4a7c15;
const IN_SCOPE: u64 = 0xc2b2ae3d27d4eb4f;

let attribute: string = '';
let records: Records = new Records(0);

export function onStart(config: Json): void {
  config.only(['intervalSeconds', 'countAttribute', 'include', 'exclude']);
  const seconds = config.get('intervalSeconds').numberOr(10);
  if (!(seconds > 0 && seconds <= 86_400))
    config.get('intervalSeconds').expected('a number above 0 and at most 86400');
  attribute = config.get('countAttribute').stringOr('log_count');
  selectFields(config.get('include'), config.get('exclude'));
  newKey();
  records = new Records(<u64>(seconds * NANOS_PER_SECOND));
}

/** Decides about all records: which ones stay, and how many each represents. */
export function beforeLogRecords(items: Items<LogRecord>): void {
  const time = now();
  if (!records.begin(time)) return;
  let group = 0;
  let groupHash: u64 = 0;
  while (items.next()) {
    const record = items.current;
    if (items.group != group) {
      group = items.group;
      const resource = record.resource.message;
      const scope = record.scope.message;
      groupHash =
        sipHash(resource.start, resource.end - resource.start) * IN_RESOURCE +
        sipHash(scope.start, scope.end - scope.start) * IN_SCOPE;
    }
    const hash = groupHash + hashOf(record.message.start, record.message.end);
    const own = timeOfHashed();
    records.add(hash, own != 0 ? own : time);
  }
}

export function afterLogRecords(succeeded: bool): void {
  records.settle(succeeded);
}

export function onLogRecord(record: LogRecord): bool {
  const kept = records.next();
  if (kept === null) return false;
  if (kept.count > 1) tell(record, kept);
  return true;
}

function tell(record: LogRecord, kept: Kept): void {
  const attributes = record.attributes;
  // Each of them may already represent several.
  const each = attributes.find(attribute) ? max<i64>(attributes.value.int, 1) : 1;
  attributes.set(attribute, Value.int(<i64>kept.count * each));
  attributes.set(FIRST, Value.text(textOf(kept.first)));
  attributes.set(LAST, Value.text(textOf(kept.last)));
}

function textOf(nanos: u64): string {
  return new Date(nanos / NANOS_PER_MILLI).toISOString();
}

export function onShutdown(): void {
  records.end(now());
}
