/** `convert_exponential_histogram_to_histogram`: distributes the counts over given bounds. */
import { randomBytes } from 'otelwasm/assembly/host';
import { literalText } from '../arguments';
import { offsetOfBuckets, readBuckets } from './histograms';
import { arena } from '../../values/arena';
import { argumentNode, define } from '../../evaluate/call';
import { attributesOf, beginPoints, EXPONENTIAL, HISTOGRAM, nextPoint, point } from '../../records/dataPoints';
import { withTag } from '../../values/anyValue';
import { RunBuilder } from '../../values/runBuilder';
import { scaled } from '../../numbers/logarithm';
import { addMessage } from '../../records/newMetrics';
import { Node } from '../../program/program';
import { Record } from '../../records/record';
import { data, dataNumber, item, openData } from '../../records/state';
import { textOf } from '../../text/texts';
import { Kind, NIL, Val } from '../../values/val';

const METADATA: u32 = 12;
const COUNT: u32 = 4;
const SUM: u32 = 5;
const random: usize = memory.data(8);

const enum Spread {
  Upper = 112, // uPper
  Midpoint = 105, // mIdpoint
  Uniform = 110, // uNiform
  Random = 97, // rAndom
}

/** The lower bound of a bucket. */
export function boundOf(index: i32, scale: i32): f64 {
  if (scale <= 0) return scaled(1, index << -scale);
  return Math.exp(<f64>index * scaled(Math.LN2, -scale));
}

// Arguments: distribution, bounds.
define('convert_exponential_histogram_to_histogram', (call: Node): Val | null => {
  if (dataNumber != EXPONENTIAL) return NIL;
  const list = argumentNode(call, 1)!;
  const bounds = new StaticArray<f64>(<i32>list.count);
  for (let i: u32 = 0; i < list.count; i++) bounds[i] = list.node(i).constant.double;
  const name = literalText(call, 0, textOf('random'));
  const spread: u32 = name.size == 0 ? <u32>Spread.Random : load<u8>(name.pointer, 1);
  const points = new RunBuilder();
  const made = new Record();
  made.shape(9, 1 << 8);
  beginPoints();
  while (nextPoint()) {
    const counts = spreadCounts(bounds, spread);
    made.bind(0, 0);
    made.putFixed64(2, point.fixed64(2));
    made.putFixed64(3, point.fixed64(3));
    made.putFixed64(COUNT, point.fixed64(COUNT));
    made.putFixed64(SUM, point.fixed64(SUM));
    made.putBytes(6, counts, 8 * bounds.length);
    made.putBytes(7, changetype<usize>(bounds), 8 * bounds.length);
    const exemplars = withTag(runOf(11), (8 << 3) | 2);
    made.put(8, exemplars.pointer, exemplars.pointer + exemplars.size);
    const attributes = withTag(attributesOf(point, 1), (9 << 3) | 2);
    made.put(9, attributes.pointer, attributes.pointer + attributes.size);
    made.putFixed64(11, point.fixed64(12));
    made.putFixed64(12, point.fixed64(13));
    addMessage(points, made);
  }
  const temporality = data.varint(2);
  const run = points.end(Kind.List);
  const holder = new Record();
  holder.bind(run.pointer, run.pointer + run.size);
  if (temporality != 0) holder.putVarint(2, temporality);
  holder.flush();
  item.remove(EXPONENTIAL);
  item.remove(METADATA);
  item.putBytes(HISTOGRAM, holder.start, holder.end - holder.start);
  openData();
  return NIL;
});

function runOf(field: u32): Val {
  const start = point.startOf(field);
  return Val.run(Kind.List, (field << 3) | 2, start, start == 0 ? 0 : point.endOf(field) - start);
}

/** The count for each bound. Like the Collector, it ignores negative buckets. */
function spreadCounts(bounds: StaticArray<f64>, spread: u32): usize {
  const last = bounds.length - 1;
  const counts = arena.take(8 * bounds.length);
  memory.fill(counts, 0, 8 * bounds.length);
  const positive = readBuckets(point, 8);
  const offset = offsetOfBuckets();
  const zigzag = <u32>point.varint(6);
  const scale = <i32>((zigzag >> 1) ^ (0 - (zigzag & 1)));
  const factor = scaled(Math.LN2, -scale);
  if (bounds[0] == 0) add(counts, 0, point.fixed64(7));
  for (let i = 0; i < positive.length; i++) {
    const lower = Math.exp(<f64>(offset + i) * factor);
    const upper = Math.exp(<f64>(offset + i + 1) * factor);
    if (lower > bounds[last]) {
      add(counts, last, positive[i]);
      continue;
    }
    const inside = placeWithin(bounds, lower, upper);
    if (inside >= 0) add(counts, inside, positive[i]);
    else spreadOver(bounds, spread, counts, positive[i], lower, upper);
  }
  return counts;
}

function add(counts: usize, index: i32, count: u64): void {
  const at = counts + 8 * index;
  store<u64>(at, load<u64>(at) + count);
}

function placeWithin(bounds: StaticArray<f64>, lower: f64, upper: f64): i32 {
  for (let i = 1; i < bounds.length; i++) if (lower > bounds[i - 1] && upper <= bounds[i]) return i - 1;
  return -1;
}

function firstFrom(bounds: StaticArray<f64>, value: f64, from: i32): i32 {
  let index = from;
  while (index < bounds.length && !(value <= bounds[index])) index++;
  return index;
}

function spreadOver(bounds: StaticArray<f64>, spread: u32, counts: usize, count: u64, lower: f64, upper: f64): void {
  const last = bounds.length - 1;
  if (spread == Spread.Upper) return add(counts, min(firstFrom(bounds, upper, 0), last), count);
  if (spread == Spread.Midpoint) {
    const index = firstFrom(bounds, (upper + lower) / 2, 0);
    return add(counts, index > last ? last : max(index - 1, 0), count);
  }
  const start = firstFrom(bounds, lower, 0);
  const end = min(firstFrom(bounds, upper, start), last);
  if (end <= start) return add(counts, start, count);
  if (spread == Spread.Uniform) {
    const parts = <u64>(end - start + 1);
    for (let i = start; i <= end; i++) add(counts, i, count / parts + u64(<u64>(i - start) < count % parts));
    return;
  }
  spreadRandomly(bounds, counts, count, lower, upper, start, end);
}

/** A random number, at least 0 and below 1. */
function randomPart(): f64 {
  randomBytes(random, 8);
  return <f64>(load<u64>(random) >> 11) / 9007199254740992.0;
}

/** Gives each bound a random part of its share of the bucket, and distributes the rest evenly. */
function spreadRandomly(bounds: StaticArray<f64>, counts: usize, count: u64, lower: f64, upper: f64, start: i32, end: i32): void {
  let left = count;
  for (let i = start; i <= end; i++) {
    const from: f64 = i == 0 ? lower : max(bounds[i - 1], lower);
    const share = <u64>(<f64>count * max((min(bounds[i], upper) - from) / (upper - lower), 0));
    const taken = min(<u64>(randomPart() * <f64>share), left);
    add(counts, i, taken);
    left -= taken;
  }
  const parts = <u64>(end - start + 1);
  for (let i = start; i <= end; i++) add(counts, i, left / parts + u64(<u64>(i - start) < left % parts));
}
