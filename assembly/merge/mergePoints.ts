import { DataPoint, Metric, MetricKind } from '../items';
import { attributesHash, sameAttributes } from './attributeSet';
import { mergeExponential } from './exponential';

// Field numbers: the sum of histograms; quantiles of a summary.
const SUM: u32 = 5;
const QUANTILES: u32 = 6;

/** The address of each point of the metric, and the index of the first point with its attributes, or -1. */
let starts: usize[] = [];
let ends: usize[] = [];
let firsts: i32[] = [];
let sizes: i32[] = [];

const one = new DataPoint();
const other = new DataPoint();

/**
 * Merges data points with the same attributes, as an SDK would have recorded them: sums, counts and buckets add up,
 * the latest gauge counts, and all exemplars are kept. False when there are none.
 */
export function mergeEqualPoints(metric: Metric): bool {
  const kind = metric.kind;
  if (kind == MetricKind.Empty || !findEqual(metric, kind)) return false;
  const points = metric.points;
  for (let i = 0; points.next(); i++) {
    if (firsts[i] >= 0) {
      points.remove();
      continue;
    }
    if (sizes[i] == 1) continue;
    for (let j = i + 1; j < firsts.length; j++) {
      if (firsts[j] == i) mergeInto(points.current, bindTo(other, kind, j), kind);
    }
  }
  return true;
}

function bindTo(view: DataPoint, kind: MetricKind, index: i32): DataPoint {
  view.bind(starts[index], ends[index]);
  view.bindKind(kind);
  return view;
}

/** Fills the lists above. True when two points are equal. */
function findEqual(metric: Metric, kind: MetricKind): bool {
  starts = [];
  ends = [];
  firsts = [];
  sizes = [];
  const places = new Map<u64, i32>();
  let found = false;
  const points = metric.points;
  for (let i = 0; points.next(); i++) {
    const bytes = points.current.bytes;
    starts.push(bytes.pointer);
    ends.push(bytes.pointer + bytes.size);
    sizes.push(1);
    let hash = attributesHash(points.current.attributes);
    let first = -1;
    // Another set of attributes may have the same hash. Then the next hash is tried.
    while (places.has(hash)) {
      const candidate = places.get(hash);
      if (sameAttributes(bindTo(one, kind, i).attributes, bindTo(other, kind, candidate).attributes)) {
        first = candidate;
        break;
      }
      hash++;
    }
    firsts.push(first);
    if (first >= 0) {
      sizes[first]++;
      found = true;
    } else places.set(hash, i);
  }
  return found;
}

function mergeInto(into: DataPoint, from: DataPoint, kind: MetricKind): void {
  const isLater = from.timeUnixNano >= into.timeUnixNano;
  if (isLater) into.setTimeUnixNano(from.timeUnixNano);
  const start = from.startTimeUnixNano;
  if (start != 0 && start < into.startTimeUnixNano) into.setStartTimeUnixNano(start);
  if (kind == MetricKind.Gauge) {
    if (isLater) setNumber(into, from);
  } else if (kind == MetricKind.Sum) addNumber(into, from);
  else mergeDistribution(into, from, kind);
  const exemplars = from.exemplars;
  const kept = into.exemplars;
  while (exemplars.next()) kept.append(exemplars.current.bytes);
}

function setNumber(into: DataPoint, from: DataPoint): void {
  if (from.isInt) into.setInt(from.int);
  else into.setDouble(from.double);
}

function addNumber(into: DataPoint, from: DataPoint): void {
  if (into.isInt && from.isInt) into.setInt(into.int + from.int);
  else into.setDouble(into.double + from.double);
}

function mergeDistribution(into: DataPoint, from: DataPoint, kind: MetricKind): void {
  into.setCount(into.count + from.count);
  // Histograms with negative values are recorded without a sum. The result then has none either.
  const hasSums = into.message.find(SUM, 1) && from.message.find(SUM, 1);
  if (hasSums || kind == MetricKind.Summary) into.setSum(into.sum + from.sum);
  else into.message.clear(SUM);
  if (kind == MetricKind.Summary) {
    into.message.clear(QUANTILES);
    return;
  }
  mergeExtremes(into, from, kind);
  if (kind == MetricKind.ExponentialHistogram) mergeExponential(into, from);
  else mergeBuckets(into, from);
}

function mergeExtremes(into: DataPoint, from: DataPoint, kind: MetricKind): void {
  const least = min(into.min, from.min);
  const most = max(into.max, from.max);
  const number: u32 = kind == MetricKind.ExponentialHistogram ? 12 : 11;
  if (isNaN(least)) into.message.clear(number);
  else into.setMin(least);
  if (isNaN(most)) into.message.clear(number + 1);
  else into.setMax(most);
}

/** If the bounds differ, only count and sum remain. */
function mergeBuckets(into: DataPoint, from: DataPoint): void {
  const bounds = into.explicitBounds;
  const others = from.explicitBounds;
  const counts = into.bucketCounts;
  const added = from.bucketCounts;
  let isSame = bounds.length == others.length && counts.length == added.length;
  for (let i = 0; isSame && i < bounds.length; i++) isSame = bounds[i] == others[i];
  if (!isSame) {
    into.setExplicitBounds([]);
    into.setBucketCounts([]);
    return;
  }
  for (let i = 0; i < counts.length; i++) counts[i] += added[i];
  into.setBucketCounts(counts);
}
