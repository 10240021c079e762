/** Merges histograms: their counts, sums, extremes, buckets and exemplars. */
import { Wire, fieldBody, fieldEnd, readVarint, varint, putVarint } from 'otelwasm/assembly/protobuf/wire';
import { arena } from '../../values/arena';
import { RunBuilder } from '../../values/runBuilder';
import { Record } from '../../records/record';

const COUNT: u32 = 4;
const SUM: u32 = 5;
const BUCKETS: u32 = 6;
const ZERO_COUNT: u32 = 7;

/** OTLP HistogramDataPoint: min 11, max 12, exemplars 8. */
export function mergeHistogram(into: Record, other: Record): void {
  mergeCommon(into, other, 11, 12, 8);
  const size = into.find(BUCKETS, Wire.Bytes) ? fieldEnd - fieldBody : 0;
  const counts = arena.copy(size == 0 ? 0 : fieldBody, size);
  if (size == 0 || !other.find(BUCKETS, Wire.Bytes)) return;
  const more = min(size, fieldEnd - fieldBody);
  for (let at: usize = 0; at < more; at += 8) store<u64>(counts + at, load<u64>(counts + at) + load<u64>(fieldBody + at));
  into.putBytes(BUCKETS, counts, size);
}

/** OTLP ExponentialHistogramDataPoint: zero count 7, positive 8, negative 9, min 12, max 13, exemplars 11. */
export function mergeExponential(into: Record, other: Record): void {
  mergeCommon(into, other, 12, 13, 11);
  into.putFixed64(ZERO_COUNT, into.fixed64(ZERO_COUNT) + other.fixed64(ZERO_COUNT));
  mergeBuckets(into, other, 9);
  mergeBuckets(into, other, 8);
}

function mergeCommon(into: Record, other: Record, least: u32, most: u32, exemplars: u32): void {
  into.putFixed64(COUNT, into.fixed64(COUNT) + other.fixed64(COUNT));
  into.putFixed64(SUM, reinterpret<u64>(doubleIn(into, SUM) + doubleIn(other, SUM)));
  if (into.startOf(least) != 0 && doubleIn(into, least) > doubleIn(other, least)) into.putFixed64(least, other.fixed64(least));
  if (into.startOf(most) != 0 && doubleIn(into, most) < doubleIn(other, most)) into.putFixed64(most, other.fixed64(most));
  const start = other.startOf(exemplars);
  if (start == 0) return;
  const builder = new RunBuilder();
  const mine = into.startOf(exemplars);
  if (mine != 0) builder.copy(mine, into.endOf(exemplars));
  builder.copy(start, other.endOf(exemplars));
  const run = builder.end(0);
  into.put(exemplars, run.pointer, run.pointer + run.size);
}

function doubleIn(record: Record, number: u32): f64 {
  return reinterpret<f64>(record.fixed64(number));
}

// OTLP Buckets: offset 1, bucket_counts 2.
const OFFSET: u32 = 1;
const COUNTS: u32 = 2;
const buckets: Record = new Record();

let readOffset: i32 = 0;

/** The bucket counts in a field, with the index of the first one in `readOffset`. */
export function readBuckets(record: Record, number: u32): u64[] {
  const counts: u64[] = [];
  readOffset = 0;
  if (!record.find(number, Wire.Bytes)) return counts;
  buckets.bind(fieldBody, fieldEnd);
  const zigzag = <u32>buckets.varint(OFFSET);
  readOffset = <i32>((zigzag >> 1) ^ (0 - (zigzag & 1)));
  if (!buckets.find(COUNTS, Wire.Bytes)) return counts;
  const end = fieldEnd;
  for (let at = fieldBody; at < end && readVarint(at, end); at++) {
    counts.push(varint);
    while (load<u8>(at) >= 0x80) at++;
  }
  return counts;
}

export function offsetOfBuckets(): i32 {
  return readOffset;
}

/** Merges buckets like the Collector, whose counts are wrong if the offsets differ. */
function mergeBuckets(into: Record, other: Record, number: u32): void {
  let mine = readBuckets(into, number);
  const offset = readOffset;
  const theirs = readBuckets(other, number);
  const from = readOffset;
  if (theirs.length == 0) return;
  if (from == offset) {
    for (let i = 0; i < theirs.length; i++) {
      if (i < mine.length) mine[i] += theirs[i];
      else mine.push(theirs[i]);
    }
  } else if (from < offset) {
    for (let i = theirs.length - 1; i >= 0; i--) if (theirs[i] > 0) mine.unshift(theirs[i]);
  } else {
    for (let i = 0; i < theirs.length; i++) {
      const at = i + from - offset;
      if (theirs[i] == 0) continue;
      while (mine.length <= at) mine.push(0);
      mine[at] += theirs[i];
    }
  }
  if (from != offset) {
    let zeros = 0;
    while (zeros < mine.length && mine[zeros] == 0) zeros++;
    mine = mine.slice(zeros);
  }
  writeBuckets(into, number, min(offset, from), mine);
}

function writeBuckets(into: Record, number: u32, offset: i32, counts: u64[]): void {
  buckets.bind(0, 0);
  if (offset != 0) buckets.putVarint(OFFSET, <u64>(<u32>((offset << 1) ^ (offset >> 31))));
  const packed = arena.take(10 * counts.length);
  let to = packed;
  for (let i = 0; i < counts.length; i++) to = putVarint(to, counts[i]);
  if (counts.length > 0) buckets.putBytes(COUNTS, packed, to - packed);
  buckets.flush();
  into.putBytes(number, buckets.start, buckets.end - buckets.start);
}
