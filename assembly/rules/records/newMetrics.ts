/**
 * Metrics that statements add to the current scope. They are queued after the metrics of the batch, and then pass
 * through all statements.
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

/** Field numbers of Metric and of its data. */
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

/** The metric that `takeMetric` returned last. */
export let takenStart: usize = 0;
export let takenEnd: usize = 0;

/** Takes the next metric from the queue. Returns false if it is empty. */
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
  metric.flush();
  const size = metric.end - metric.start;
  const copy = groupArena.copy(metric.start, size);
  starts.push(copy);
  ends.push(copy + size);
}

const made: Record = new Record();

/** A string field of the current metric. */
export function textOfItem(number: u32): Val {
  return item.find(number, Wire.Bytes) ? Val.text(fieldBody, fieldEnd - fieldBody) : Val.text(0, 0);
}

/** A new metric with the description and the suffixed name of the current one. */
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

/** Sets the data points of a metric: as a sum if there is a temporality, otherwise as a gauge. */
export function putPoints(metric: Record, points: Val, temporality: u32, isMonotonic: bool): void {
  const holder = new Record();
  holder.bind(points.pointer, points.pointer + points.size);
  if (temporality != 0) holder.putVarint(TEMPORALITY, temporality);
  if (isMonotonic) holder.putVarint(MONOTONIC, 1);
  holder.flush();
  metric.putBytes(temporality == 0 ? GAUGE : SUM, holder.start, holder.end - holder.start);
}

/** Appends a message to a run of fields with number 1. */
export function addMessage(to: RunBuilder, message: Record): void {
  message.flush();
  const start = wrapped(VALUES_TAG >> 3, message.start, message.end - message.start);
  to.copy(start, wrappedEnd);
}

