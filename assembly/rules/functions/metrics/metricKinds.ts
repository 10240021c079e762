// Functions that change the kind or the numbers of the current metric.
import { Wire, fieldBody, fieldEnd } from 'otelwasm/assembly/protobuf/wire';
import { doubleLike, literalBool, literalText, textArg, truncated } from '../arguments';
import { temporalityArg } from './newMetrics';
import { arena } from '../../values/arena';
import { argumentNode, define, hasArgument } from '../../evaluate/call';
import { AS_DOUBLE, AS_INT, beginPoints, HISTOGRAM, nextPoint, point, POINTS, SUMMARY } from '../../records/dataPoints';
import { entryEnd, showElement, valueEnd, valueStart } from '../../values/entries';
import { RunBuilder } from '../../values/runBuilder';
import { evaluate } from '../../evaluate/evaluate';
import { error } from '../../values/failure';
import { addMessage, GAUGE, putPoints, putText, SUM, UNIT } from '../../records/newMetrics';
import { Node } from '../../program/program';
import { Record, wrapped, wrappedEnd } from '../../records/record';
import { closeData, data, dataNumber, item, openData, part } from '../../records/state';
import { textOf } from '../../text/texts';
import { Kind, NIL, Val } from '../../values/val';

/** Converts a gauge to a sum or a sum to a gauge, with the same points. */
function convert(from: u32, temporality: u32, isMonotonic: bool): Val | null {
  if (dataNumber != from) return NIL;
  closeData();
  const start = data.startOf(POINTS);
  const points = Val.run(Kind.List, 0, start, start == 0 ? 0 : data.endOf(POINTS) - start);
  item.remove(from);
  putPoints(item, points, temporality, isMonotonic);
  openData();
  return NIL;
}

define('convert_sum_to_gauge', (call: Node): Val | null => convert(SUM, 0, false));
define('convert_gauge_to_sum', (call: Node): Val | null =>
  convert(GAUGE, temporalityArg(call, 0), literalBool(call, 1, false)),
);

/** Multiplies a double if it is present. */
function scaleDouble(record: Record, field: u32, factor: f64): void {
  if (!record.find(field, Wire.Fixed64)) return;
  record.putFixed64(field, reinterpret<u64>(load<f64>(fieldBody) * factor));
}

function scaleInt(record: Record, field: u32, factor: f64): void {
  if (!record.find(field, Wire.Fixed64)) return;
  record.putFixed64(field, <u64>truncated(<f64>load<i64>(fieldBody) * factor));
}

const inner: Record = new Record();

/** Scales, in each message of a run, the double and, if `int` is not 0, the integer. */
function scaleRun(field: u32, double: u32, int: u32, attributes: u32, factor: f64): void {
  const start = point.startOf(field);
  if (start == 0) return;
  const end = point.endOf(field);
  const builder = new RunBuilder();
  inner.shape(attributes, 0);
  for (let at = start; showElement(at, end); ) {
    at = entryEnd;
    inner.bind(valueStart, valueEnd);
    scaleDouble(inner, double, factor);
    if (int != 0) scaleInt(inner, int, factor);
    inner.flush();
    const from = wrapped(field, inner.start, inner.end - inner.start);
    builder.copy(from, wrappedEnd);
  }
  const run = builder.end(Kind.List);
  point.put(field, run.pointer, run.pointer + run.size);
}

const SUM_OF_POINT: u32 = 5;
const BOUNDS: u32 = 7;
const COUNTS: u32 = 6;

function scaleBounds(factor: f64): void {
  if (!point.find(BOUNDS, Wire.Bytes)) return;
  const size = fieldEnd - fieldBody;
  const copy = arena.copy(fieldBody, size);
  for (let at = copy; at < copy + size; at += 8) store<f64>(at, load<f64>(at) * factor);
  point.putBytes(BOUNDS, copy, size);
}

// Arguments: factor, unit.
define('scale_metric', (call: Node): Val | null => {
  const factor = argumentNode(call, 0)!.constant.double;
  const unit = hasArgument(call, 1) ? textArg(call, 1) : NIL;
  if (unit === null) return null;
  if (dataNumber == 0 || dataNumber == 10) return error('this kind of metric cannot be scaled');
  const points = new RunBuilder();
  beginPoints();
  while (nextPoint()) {
    if (dataNumber == HISTOGRAM) {
      scaleDouble(point, SUM_OF_POINT, factor);
      scaleDouble(point, 11, factor); // min
      scaleDouble(point, 12, factor); // max
      scaleBounds(factor);
      scaleRun(8, 3, 6, 7, factor); // exemplars
    } else if (dataNumber == SUMMARY) {
      scaleDouble(point, SUM_OF_POINT, factor);
      scaleRun(6, 2, 0, 0, factor); // quantiles
    } else {
      scaleDouble(point, AS_DOUBLE, factor);
      scaleInt(point, AS_INT, factor);
    }
    addMessage(points, point);
  }
  const run = points.end(Kind.List);
  data.put(POINTS, run.pointer, run.pointer + run.size);
  if (unit.kind == Kind.Text) putText(item, UNIT, unit);
  return NIL;
});

const CLOSE: f64 = 1e-12;

// Arguments: bound or number of buckets, method (remove_explicit_bound or limit_buckets).
define('merge_histogram_buckets', (call: Node): Val | null => {
  if (dataNumber != HISTOGRAM) return NIL;
  const value = evaluate(argumentNode(call, 0)!);
  if (value === null) return null;
  const target = doubleLike(value);
  if (target === null) return null;
  if (target.kind == Kind.Nil) return error('the bound is nil');
  const limits = load<u8>(literalText(call, 1, textOf('remove')).pointer) == 108;
  if (limits && (target.double < 1 || Math.trunc(target.double) != target.double)) return error('the limit must be a whole number above 0');
  const bounds = part.find(BOUNDS, Wire.Bytes) ? arena.copy(fieldBody, fieldEnd - fieldBody) : 0;
  const boundCount: i64 = bounds == 0 ? 0 : (fieldEnd - fieldBody) >> 3;
  const counts = part.find(COUNTS, Wire.Bytes) ? arena.copy(fieldBody, fieldEnd - fieldBody) : 0;
  const countCount: i64 = counts == 0 ? 0 : (fieldEnd - fieldBody) >> 3;
  if (boundCount + 1 != countCount || countCount == 1) return NIL;
  if (limits) limitBuckets(bounds, counts, countCount, target.double);
  else removeBound(bounds, counts, countCount, target.double);
  return NIL;
});

function removeBound(bounds: usize, counts: usize, countCount: i64, target: f64): void {
  const last = <usize>countCount - 1;
  for (let i: usize = 0; i < last; i++) {
    if (!(Math.abs(load<f64>(bounds + 8 * i) - target) < CLOSE)) continue;
    const at = counts + 8 * i;
    store<u64>(at, load<u64>(at) + load<u64>(at, 8), 8);
    memory.copy(at, at + 8, 8 * (last - i));
    memory.copy(bounds + 8 * i, bounds + 8 * (i + 1), 8 * (last - i - 1));
    putBuckets(bounds, last - 1, counts);
    return;
  }
}

function limitBuckets(bounds: usize, counts: usize, countCount: i64, limit: f64): void {
  if (<f64>countCount <= limit) return;
  const count = <usize>countCount;
  for (let i: usize = 1; i < count - 1; i++) {
    if (!(load<f64>(bounds + 8 * i) > load<f64>(bounds + 8 * (i - 1)))) return;
  }
  const divisor = (count - 1) / <usize>limit + 1;
  let made: usize = 0;
  for (let i: usize = 0; i < count; i += divisor) {
    let sum: u64 = 0;
    for (let j = i; j < min(i + divisor, count); j++) sum += load<u64>(counts + 8 * j);
    store<u64>(counts + 8 * made++, sum);
  }
  let kept: usize = 0;
  for (let i = divisor - 1; i < count - 1; i += divisor) store<f64>(bounds + 8 * kept++, load<f64>(bounds + 8 * i));
  putBuckets(bounds, kept, counts);
}

/** Sets the bounds and the counts, of which there is one more than bounds. */
function putBuckets(bounds: usize, count: usize, counts: usize): void {
  if (count > 0) part.putBytes(BOUNDS, bounds, 8 * count);
  else part.remove(BOUNDS);
  part.putBytes(COUNTS, counts, 8 * (count + 1));
}
