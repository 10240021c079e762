import type { Signal } from '../../abi';
import { Reader } from '../wire';
import { LENGTH, type Message, MESSAGES, PAYLOADS } from '../schema';

/** Fields of a Metric that hold its data points: gauge, sum, histogram, exponential_histogram, summary. */
const METRIC_DATA_FIELDS = bits(5, 7, 9, 10, 11);

/** A message that contains items, directly or in embedded messages. */
export interface Level {
  /** The message, for error texts. */
  readonly message: Message;
  /** The fields that contain items, as a bit set of their numbers. */
  readonly fields: number;
  /** The message in these fields; `undefined` if they are the items. */
  readonly next?: Level;
}

/** Gauge, Sum, Histogram, ExponentialHistogram and Summary have their points in the same field. */
export const METRIC_DATA_LEVEL: Level = { message: MESSAGES.gauge, fields: bits(1) };

function levels(payload: Message): Level {
  const resourceEnvelope = embedded(payload, 1);
  const scopeEnvelope = embedded(resourceEnvelope, 2);
  const item = embedded(scopeEnvelope, 2);
  const inner: Level | undefined =
    item.name === 'Metric'
      ? { message: item, fields: METRIC_DATA_FIELDS, next: METRIC_DATA_LEVEL }
      : undefined;
  return {
    message: payload,
    fields: bits(1),
    next: {
      message: resourceEnvelope,
      fields: bits(2),
      next: { message: scopeEnvelope, fields: bits(2), next: inner },
    },
  };
}

function bits(...fields: number[]): number {
  return fields.reduce((all, field) => all | (1 << field), 0);
}

function embedded(message: Message, field: number): Message {
  const found = message.fields[field]?.message;
  if (!found) throw new TypeError(`${message.name} has no message in field ${field}`);
  return found;
}

/** Where each signal has its items: spans, data points, log records. */
export const ITEM_LEVELS: Readonly<Record<Signal, Level>> = {
  traces: levels(PAYLOADS.traces),
  metrics: levels(PAYLOADS.metrics),
  logs: levels(PAYLOADS.logs),
};

/** Whether the field with this tag leads to items. Fails if such a field has the wrong wire type. */
export function containsItems(reader: Reader, tag: number, level: Level): boolean {
  const field = tag >>> 3;
  if (field > 31 || ((level.fields >>> field) & 1) === 0) return false;
  if ((tag & 7) !== LENGTH) reader.skipIn(level.message, tag);
  return true;
}

/** The number of fields that may still be read. */
export interface FieldBudget {
  left: number;
}

/** Counts the items from the reader's position to its end. Fails beyond `budget`. */
export function countIn(reader: Reader, level: Level, budget?: FieldBudget): number {
  let count = 0;
  while (reader.more()) {
    if (budget && --budget.left < 0) reader.fail('too many fields and items in the envelopes');
    const tag = reader.tag();
    if (!containsItems(reader, tag, level)) {
      reader.skipIn(level.message, tag);
    } else if (level.next) {
      const outer = reader.enter();
      count += countIn(reader, level.next, budget);
      reader.leave(outer);
    } else {
      reader.skip(tag);
      count++;
    }
  }
  return count;
}

/**
 * Counts spans, metric data points or log records without decoding them.
 * @throws OtelWasmError `DECODE` if the envelopes around them are not well-formed
 */
export function countItems(signal: Signal, bytes: Uint8Array): number {
  return countIn(new Reader(bytes), ITEM_LEVELS[signal]);
}
