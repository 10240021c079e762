/**
 * Metrics that statements add to the scope at hand. They wait behind those that came with the batch, and every statement sees
 * them then.
 */
import { Wire, fieldBody, fieldEnd } from 'otelwasm/assembly/protobuf/wire';
import { Builder } from '../values/builder';
import { groupArena } from '../values/arena';
import { RunBuilder } from '../values/runBuilder';
import { Record, wrapped, wrappedEnd } from './record';
import { item } from './state';
import { VALUES_TAG, Val } from '../values/val';

export const enum Temporality {
  Unspecified = 0,
  Delta = 1,
  Cumulative = 2,
}

/** Fields of Metric, and of what it holds. */
export const NAME: u32 = 1;
export const DESCRIPTION: u32 = 2;
export const UNIT: u32 = 3;
export const GAUGE: u32 = 5;
export const SUM: u32 = 7;
const TEMPORALITY: u32 = 2;
const MONOTONIC: u32 = 3;

const starts: Array<usize> = [];
const ends: Array<usize> = [];
let next: i32 = 0;

/** The metric that `takeMetric` took. */
export let takenStart: usize = 0;
export let takenEnd: usize = 0;

/** Takes the next metric that waits. False when there is none. */
export function takeMetric(): bool {
  if (next == starts.length) {
    next = starts.length = ends.length = 0;
    return false;
  }
  takenStart = starts[next];
  takenEnd = ends[next++];
  return true;
}

export function addMetric(metric: Record): void {
  metric.settle();
  const size = metric.end - metric.start;
  const copy = groupArena.copy(metric.start, size);
  starts.push(copy);
  ends.push(copy + size);
}

const made: Record = new Record();

/** A text of the metric at hand. */
export function textOfItem(number: u32): Val {
  return item.find(number, Wire.Bytes) ? Val.text(fieldBody, fieldEnd - fieldBody) : Val.text(0, 0);
}

/** A metric with the description of the one at hand, and its name with a suffix. */
export function derivedMetric(suffix: Val, unit: Val): Record {
  const builder = new Builder();
  builder.value(textOfItem(NAME));
  builder.value(suffix);
  made.bind(0, 0);
  putText(made, NAME, builder.text());
  putText(made, DESCRIPTION, textOfItem(DESCRIPTION));
  putText(made, UNIT, unit);
  return made;
}

export function putText(record: Record, number: u32, text: Val): void {
  if (text.size > 0) record.putBytes(number, text.pointer, text.size);
  else record.remove(number);
}

/** Puts data points into a metric: as its gauge, or with a temporality as its sum. */
export function putPoints(metric: Record, points: Val, temporality: u32, isMonotonic: bool): void {
  const holder = new Record();
  holder.bind(points.pointer, points.pointer + points.size);
  if (temporality != 0) holder.putVarint(TEMPORALITY, temporality);
  if (isMonotonic) holder.putVarint(MONOTONIC, 1);
  holder.settle();
  metric.putBytes(temporality == 0 ? GAUGE : SUM, holder.start, holder.end - holder.start);
}

/** Adds a message to a run of fields with number 1. */
export function addMessage(to: RunBuilder, message: Record): void {
  message.settle();
  const start = wrapped(VALUES_TAG >> 3, message.start, message.end - message.start);
  to.copy(start, wrappedEnd);
}

