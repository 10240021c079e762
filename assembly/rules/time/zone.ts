/**
 * Locations: tables that were compiled into the rules (src/rules/functions/zone.ts). A table is the number of entries
 * and the entries: a start, in seconds since 1970, and the UTC offset from then on, in seconds. One more entry has the
 * end of the known range.
 */
import { error } from '../values/failure';
import { Val } from '../values/val';

const FIRST: usize = 4;
const ENTRY: usize = 8;
const OFFSET: usize = 4;
const NANOS: i64 = 1_000_000_000;

/** Marks a tag as the address of a table. Offsets are small, so their two highest bits are equal. */
const TABLE: u32 = 0x4000_0000;

/** The table of a time's location; 0 for a time with a fixed offset. */
@inline export function zoneOf(time: Val): usize {
  return time.tag >> 30 == 1 ? <usize>(time.tag ^ TABLE) : 0;
}

@inline export function tagOf(zone: usize): u32 {
  return <u32>zone | TABLE;
}

/** Whether an instant is in the known range of a location. */
export function isKnown(zone: usize, seconds: i64): bool {
  return seconds >= 0 && seconds < <i64>load<u32>(zone + FIRST + ENTRY * load<u32>(zone));
}

/** The time, or an error if it is outside the known range of its location. */
export function known(time: Val): Val | null {
  const zone = zoneOf(time);
  return zone == 0 || (time.int >= 0 && isKnown(zone, time.int / NANOS)) ? time : unknown();
}

export function unknown(): Val | null {
  return error('a time with a location must be in 1970 to 2099');
}

export function offsetIn(zone: usize, seconds: i64): i64 {
  return <i64>load<i32>(entryAt(zone, seconds), OFFSET);
}

/** The instant at which local clocks show `shown` seconds. If there are two or none, it is the one that Go chooses. */
export function momentOf(zone: usize, shown: i64): i64 {
  const entry = entryAt(zone, shown);
  const seconds = shown - <i64>load<i32>(entry, OFFSET);
  const isWithin = seconds >= <i64>load<u32>(entry) && seconds < <i64>load<u32>(entry, ENTRY);
  return isWithin ? seconds : shown - offsetIn(zone, seconds);
}

/** The last entry that starts at or before an instant, or the first entry. */
function entryAt(zone: usize, seconds: i64): usize {
  let low: usize = 0;
  let high: usize = load<u32>(zone);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (<i64>load<u32>(zone + FIRST + ENTRY * middle) <= seconds) low = middle;
    else high = middle;
  }
  return zone + FIRST + ENTRY * low;
}
