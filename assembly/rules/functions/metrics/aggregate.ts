/** Functions that merge data points with equal attributes. */
import { Wire, fieldBody, fieldEnd } from 'otelwasm/assembly/protobuf/wire';
import { literalText } from '../arguments';
import { mergeExponential, mergeHistogram } from './histograms';
import { argumentNode, define, hasArgument } from '../../evaluate/call';
import { equal } from '../../values/compare';
import { AS_DOUBLE, AS_INT, attributesField, attributesOf, beginPoints, EXPONENTIAL, HISTOGRAM, nextPoint, point, POINTS, START_TIME, SUMMARY, TIME } from '../../records/dataPoints';
import { decode } from '../../values/anyValue';
import { withEntry } from '../../values/copies';
import { entryEnd, entryStart, findEntry, keyPointer, keySize, showEntry, valueEnd, valueStart } from '../../values/entries';
import { RunBuilder } from '../../values/runBuilder';
import { error } from '../../values/failure';
import { addMessage, GAUGE, Temporality } from '../../records/newMetrics';
import { Node } from '../../program/program';
import { Record } from '../../records/record';
import { data, dataNumber, item } from '../../records/state';
import { Kind, NIL, Val } from '../../values/val';

const METADATA: u32 = 12;

/** The groups of points so far: the first point of each, and its other members. */
let groups: Record[] = [];
let members: Array<Record[]> = [];

// Arguments: function, keys.
define('aggregate_on_attributes', (call: Node): Val | null => {
  if (dataNumber == SUMMARY) return error('summaries cannot be aggregated');
  const keys = hasArgument(call, 1) ? argumentNode(call, 1) : null;
  aggregate(call, keys, null);
  return NIL;
});

// Arguments: function, key, values, new value.
define('aggregate_on_attribute_value', (call: Node): Val | null => {
  aggregate(call, null, call);
  return NIL;
});

function aggregate(call: Node, keys: Node | null, replaces: Node | null): void {
  if (dataNumber == 0) return item.remove(METADATA);
  groups = [];
  members = [];
  const field = attributesField();
  beginPoints();
  while (nextPoint()) {
    const record = new Record();
    record.shape(point.attributes, point.repeated & ~(1 << point.attributes));
    record.bind(point.start, point.end);
    const attributes = attributesOf(record, field);
    const changed = keys !== null ? withKeys(attributes, keys) : replaces !== null ? withValue(attributes, replaces) : attributes;
    if (changed !== attributes) record.put(field, changed.pointer, changed.pointer + changed.size);
    join(record, field);
  }
  const points = new RunBuilder();
  // The Collector drops the points of summaries.
  for (let i = 0; i < groups.length && dataNumber != SUMMARY; i++) {
    merge(groups[i], members[i], literalText(call, 0, NIL));
    addMessage(points, groups[i]);
  }
  const run = points.end(Kind.List);
  data.put(POINTS, run.pointer, run.pointer + run.size);
  item.remove(METADATA);
}

function withKeys(map: Val, keys: Node): Val {
  const builder = new RunBuilder();
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); at = entryEnd) {
    for (let i: u32 = 0; i < keys.count; i++) {
      const key = keys.node(i).constant;
      if (key.size != keySize || memory.compare(key.pointer, keyPointer, keySize) != 0) continue;
      builder.copy(entryStart, entryEnd);
      break;
    }
  }
  return builder.end(Kind.Map, map.tag);
}

function withValue(map: Val, call: Node): Val {
  const key = argumentNode(call, 1)!.constant;
  const values = argumentNode(call, 2)!;
  if (!findEntry(map, key.pointer, key.size)) return map;
  const value = decode(valueStart, valueEnd);
  for (let i: u32 = 0; i < values.count; i++) {
    const text = value.kind == Kind.Text ? value : Val.text(0, 0);
    if (!equal(text, values.node(i).constant)) continue;
    return withEntry(map, key.pointer, key.size, argumentNode(call, 3)!.constant);
  }
  return map;
}

/** Adds a point to its group, or to a new one. */
function join(record: Record, field: u32): void {
  for (let i = 0; i < groups.length; i++) {
    if (!belongTogether(groups[i], record, field)) continue;
    members[i].push(record);
    return;
  }
  groups.push(record);
  members.push([]);
}

function belongTogether(a: Record, b: Record, field: u32): bool {
  if (a.fixed64(TIME) != b.fixed64(TIME) || !equal(attributesOf(a, field), attributesOf(b, field))) return false;
  const isDelta = dataNumber != GAUGE && data.varint(2) == Temporality.Delta;
  if (isDelta && a.fixed64(START_TIME) != b.fixed64(START_TIME)) return false;
  if (dataNumber == HISTOGRAM) return sameField(a, b, 7) && sameExtremes(a, b, 11, 12) && a.varint(10) == b.varint(10);
  if (dataNumber != EXPONENTIAL) return true;
  return <i32>a.varint(6) == <i32>b.varint(6) && sameExtremes(a, b, 12, 13) && a.varint(10) == b.varint(10);
}

function sameExtremes(a: Record, b: Record, least: u32, most: u32): bool {
  return (a.startOf(least) != 0) == (b.startOf(least) != 0) && (a.startOf(most) != 0) == (b.startOf(most) != 0);
}

function sameField(a: Record, b: Record, number: u32): bool {
  const isThere = a.find(number, Wire.Bytes);
  const start = fieldBody;
  const size = isThere ? fieldEnd - fieldBody : 0;
  const other = b.find(number, Wire.Bytes) ? fieldEnd - fieldBody : 0;
  return size == other && (size == 0 || memory.compare(start, fieldBody, size) == 0);
}

function merge(into: Record, others: Record[], how: Val): void {
  if (dataNumber == HISTOGRAM || dataNumber == EXPONENTIAL) {
    for (let i = 0; i < others.length; i++) {
      if (others[i].fixed64(4) == 0) continue;
      if (dataNumber == HISTOGRAM) mergeHistogram(into, others[i]);
      else mergeExponential(into, others[i]);
      takeEarlier(into, others[i]);
    }
    return;
  }
  if (into.startOf(AS_INT) != 0) mergeInts(into, others, how);
  else if (into.startOf(AS_DOUBLE) != 0) mergeDoubles(into, others, how);
  else return;
  for (let i = 0; i < others.length; i++) takeEarlier(into, others[i]);
}

function takeEarlier(into: Record, other: Record): void {
  const start = other.fixed64(START_TIME);
  if (start < into.fixed64(START_TIME)) into.putFixed64(START_TIME, start);
}

// The third letter identifies the aggregation.
const enum How {
  Sum = 109, // suM
  Mean = 97, // meAn
  Min = 110, // miN
  Max = 120, // maX
  Median = 100, // meDian
  Count = 117, // coUnt
}

function mergeDoubles(into: Record, others: Record[], name: Val): void {
  const how: u32 = load<u8>(name.pointer, 2);
  const count = others.length + 1;
  const numbers = new StaticArray<f64>(count);
  numbers[0] = reinterpret<f64>(into.fixed64(AS_DOUBLE));
  let result = numbers[0];
  for (let i = 1; i < count; i++) {
    const other = doubleOf(others[i - 1]);
    numbers[i] = other;
    if (how == How.Sum || how == How.Mean) result += other;
    else if (how == How.Max) result = max(result, other);
    else if (how == How.Min) result = min(result, other);
    else if (how == How.Count) result = <f64>count;
  }
  if (how == How.Mean) result /= <f64>count;
  if (how == How.Median) {
    numbers.sort((a: f64, b: f64): i32 => i32(a > b) - i32(a < b));
    const middle = count >> 1;
    result = count & 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2;
  }
  into.putFixed64(AS_DOUBLE, reinterpret<u64>(result));
}

function mergeInts(into: Record, others: Record[], name: Val): void {
  const how: u32 = load<u8>(name.pointer, 2);
  const count = others.length + 1;
  const numbers = new StaticArray<i64>(count);
  numbers[0] = <i64>into.fixed64(AS_INT);
  let result = numbers[0];
  for (let i = 1; i < count; i++) {
    const other = others[i - 1];
    const number = intOf(other);
    numbers[i] = number;
    // A double adds nothing to a sum of integers.
    if (how == How.Sum || how == How.Mean) result += <i64>other.fixed64(AS_INT);
    else if (how == How.Max) result = max(result, number);
    else if (how == How.Min) result = min(result, number);
    else if (how == How.Count) result = count;
  }
  if (how == How.Mean) result /= count;
  if (how == How.Median) {
    numbers.sort((a: i64, b: i64): i32 => i32(a > b) - i32(a < b));
    const middle = count >> 1;
    result = count & 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2;
  }
  into.putFixed64(AS_INT, <u64>result);
}

function doubleOf(point: Record): f64 {
  return point.startOf(AS_INT) != 0 ? <f64>(<i64>point.fixed64(AS_INT)) : reinterpret<f64>(point.fixed64(AS_DOUBLE));
}

function intOf(point: Record): i64 {
  return point.startOf(AS_INT) != 0 ? <i64>point.fixed64(AS_INT) : <i64>reinterpret<f64>(point.fixed64(AS_DOUBLE));
}
