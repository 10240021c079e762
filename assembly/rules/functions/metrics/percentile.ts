/** `extract_percentile_metric`: a gauge with a percentile of each data point of a histogram. */
import { Wire, fieldBody, fieldEnd } from 'otelwasm/assembly/protobuf/wire';
import { literalText } from '../arguments';
import { boundOf } from './exponential';
import { offsetOfBuckets, readBuckets } from './histograms';
import { Builder } from '../../values/builder';
import { argumentNode, define } from '../../evaluate/call';
import { AS_DOUBLE, beginNumberPoint, beginPoints, EXPONENTIAL, HISTOGRAM, nextPoint, point } from '../../records/dataPoints';
import { formatDouble } from '../../numbers/decimals';
import { RunBuilder } from '../../values/runBuilder';
import { error } from '../../values/failure';
import { logarithm2, powerOf2 } from '../../numbers/logarithm';
import { addMessage, addMetric, DESCRIPTION, derivedMetric, putPoints, putText, textOfItem, UNIT } from '../../records/newMetrics';
import { Node } from '../../program/program';
import { dataNumber } from '../../records/state';
import { textOf } from '../../text/texts';
import { Kind, NIL, Val } from '../../values/val';

const COUNT: u32 = 4;
const SCALE: u32 = 6;
const ZERO_COUNT: u32 = 7;
const ZERO_THRESHOLD: u32 = 14;

let result: f64 = 0;

const enum Found {
  Value,
  Nothing,
  Malformed,
}

// Arguments: percentile, suffix.
define('extract_percentile_metric', (call: Node): Val | null => {
  if (dataNumber != HISTOGRAM && dataNumber != EXPONENTIAL) return NIL;
  const percentile = argumentNode(call, 0)!.constant.double;
  const name = formatDouble(percentile, 103, -1);
  let suffix = literalText(call, 1, Val.text(0, 0));
  if (suffix.size == 0) suffix = textOf('_p' + name);
  const metric = derivedMetric(suffix, textOfItem(UNIT));
  const before = textOfItem(DESCRIPTION);
  const description = new Builder();
  description.value(before);
  description.string(before.size > 0 ? ' (p' + name + ')' : 'p' + name);
  putText(metric, DESCRIPTION, description.text());
  const points = new RunBuilder();
  let count = 0;
  beginPoints();
  while (nextPoint()) {
    const found = dataNumber == HISTOGRAM ? ofHistogram(percentile) : ofExponential(percentile);
    if (found == Found.Nothing) continue;
    if (found == Found.Malformed) return error('the bucket counts of a histogram do not match its count');
    const made = beginNumberPoint();
    made.putFixed64(AS_DOUBLE, reinterpret<u64>(result));
    addMessage(points, made);
    count++;
  }
  if (count == 0) return NIL;
  putPoints(metric, points.end(Kind.List), 0, false);
  addMetric(metric);
  return NIL;
});

function targetOf(percentile: f64): u64 {
  return <u64>Math.ceil(<f64>point.fixed64(COUNT) * (percentile / 100));
}

// #region histograms with bounds

// OTLP HistogramDataPoint: bucket_counts 6, explicit_bounds 7, min 11, max 12.
function ofHistogram(percentile: f64): Found {
  const counts: usize = point.find(6, Wire.Bytes) ? fieldBody : 0;
  const countSize: usize = counts == 0 ? 0 : (fieldEnd - fieldBody) >> 3;
  const bounds: usize = point.find(7, Wire.Bytes) ? fieldBody : 0;
  const boundSize: usize = bounds == 0 ? 0 : (fieldEnd - fieldBody) >> 3;
  if (point.fixed64(COUNT) == 0 || countSize == 0) return Found.Nothing;
  if (countSize != boundSize + 1) return Found.Malformed;
  const target = targetOf(percentile);
  const hasMin = point.startOf(11) != 0;
  const hasMax = point.startOf(12) != 0;
  const least = reinterpret<f64>(point.fixed64(11));
  const most = reinterpret<f64>(point.fixed64(12));
  if (countSize == 1) {
    if (!hasMin || !hasMax) return Found.Nothing;
    return between(least, most, <f64>target / <f64>load<u64>(counts));
  }
  let sum: u64 = 0;
  for (let i: usize = 0; i < countSize; i++) {
    const before = sum;
    const count = load<u64>(counts + 8 * i);
    sum += count;
    if (sum < target) continue;
    let lower: f64 = 0;
    let upper: f64 = 0;
    if (i == 0) {
      upper = load<f64>(bounds);
      if (hasMin && least < upper) lower = least;
      else if (0 > upper) return found(upper);
    } else {
      lower = load<f64>(bounds + 8 * (i - 1));
      if (i < boundSize) upper = load<f64>(bounds + 8 * i);
      else if (!hasMax || most <= lower) return found(lower);
      else upper = most;
    }
    return between(lower, upper, <f64>(target - before) / <f64>count);
  }
  return Found.Malformed;
}

function found(value: f64): Found {
  result = value;
  return Found.Value;
}

function between(lower: f64, upper: f64, ratio: f64): Found {
  if (ratio < 0 || ratio > 1) return Found.Malformed;
  return found(lower + ratio * (upper - lower));
}

// #endregion
// #region exponential histograms

function ofExponential(percentile: f64): Found {
  const negative = readBuckets(point, 9);
  const negativeOffset = offsetOfBuckets();
  const positive = readBuckets(point, 8);
  const offset = offsetOfBuckets();
  const zeros = point.fixed64(ZERO_COUNT);
  if (point.fixed64(COUNT) == 0 || (negative.length == 0 && positive.length == 0 && zeros == 0)) return Found.Nothing;
  const target = targetOf(percentile);
  const zigzag = <u32>point.varint(SCALE);
  const scale = <i32>((zigzag >> 1) ^ (0 - (zigzag & 1)));
  let sum: u64 = 0;
  for (let i = negative.length - 1; i >= 0; i--) {
    const before = sum;
    sum += negative[i];
    if (sum < target) continue;
    const lower = boundOf(negativeOffset + i, scale);
    const upper = boundOf(negativeOffset + i + 1, scale);
    if (lower >= upper) return Found.Malformed;
    const done = betweenPowers(lower, upper, 1 - <f64>(target - before) / <f64>negative[i]);
    result = -result;
    return done;
  }
  if (sum + zeros >= target) {
    const threshold = reinterpret<f64>(point.fixed64(ZERO_THRESHOLD));
    const lower = negative.length == 0 && positive.length != 0 ? 0 : -threshold;
    const upper = positive.length == 0 && negative.length != 0 ? 0 : threshold;
    return between(lower, upper, <f64>(target - sum) / <f64>zeros);
  }
  sum += zeros;
  for (let i = 0; i < positive.length; i++) {
    const before = sum;
    sum += positive[i];
    if (sum < target) continue;
    return betweenPowers(boundOf(offset + i, scale), boundOf(offset + i + 1, scale), <f64>(target - before) / <f64>positive[i]);
  }
  return Found.Malformed;
}

function betweenPowers(lower: f64, upper: f64, ratio: f64): Found {
  if (ratio < 0 || ratio > 1 || lower <= 0 || upper <= 0) return Found.Malformed;
  const low = logarithm2(lower);
  return found(powerOf2(low + (logarithm2(upper) - low) * ratio));
}

// #endregion
