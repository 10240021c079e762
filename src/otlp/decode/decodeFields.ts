import {
  type Attributes as ApiAttributes,
  type HrTime,
  type SpanContext,
  createTraceState,
} from '@opentelemetry/api';
import { type Attributes, readText } from './decodeValue';
import type { Reader } from '../wire';
import { HAS_IS_REMOTE, IS_REMOTE } from '../schema';

/** Attributes with the SDK's type. At run time they hold all kinds of OTLP values, as in SDK 3.x. */
export function asAttributes(attributes: Attributes): ApiAttributes {
  return attributes as ApiAttributes;
}

/** Reads a fixed64 field of nanoseconds since the epoch, exactly. */
export function readTime(reader: Reader): HrTime {
  reader.fixed64();
  const { low, high } = reader;
  // As a double the 64-bit value is off by at most 2^11: the seconds are right or off by one. The nanoseconds are
  // right to 32 bits.
  const seconds = Math.floor((high * 2 ** 32 + low) / 1e9);
  const nanos = (low - Math.imul(seconds, 1e9)) >>> 0;
  if (nanos < 1e9) return [seconds, nanos];
  return nanos < 2e9 ? [seconds + 1, nanos - 1e9] : [seconds - 1, (nanos + 1e9) >>> 0];
}

/**
 * Reads an id of `size` bytes as hexadecimal text. An empty id is '', which means "none". Other lengths are errors.
 */
export function readId(reader: Reader, size: number): string {
  const start = reader.span();
  const length = reader.position - start;
  if (length === 0) return '';
  if (length !== size) reader.fail(`an id of ${length} bytes: expected ${size} or none`, start);
  return reader.bytes.hexSlice(start, reader.position);
}

/** Characters of a trace state that cost as much as an embedded message: its members are parsed. */
const TRACE_STATE_PER_MESSAGE = 4;

/** Reads a trace state as text, for {@link contextOf}. */
export function readTraceState(reader: Reader): string {
  const text = readText(reader);
  reader.countMessages(Math.ceil(text.length / TRACE_STATE_PER_MESSAGE));
  return text;
}

/**
 * A span context. `isRemote` is set only if the flags contain it. A trace state that W3C rules do not allow becomes
 * empty.
 */
export function contextOf(traceId: string, spanId: string, flags: number, traceState: string): SpanContext {
  const context: SpanContext = { traceId, spanId, traceFlags: flags & 0xff };
  if (traceState !== '') context.traceState = createTraceState(traceState);
  return context;
}

/** Whether the flags of a span or link mark its context as remote; `undefined` if they do not say. */
export function isRemote(flags: number): boolean | undefined {
  return flags & HAS_IS_REMOTE ? (flags & IS_REMOTE) !== 0 : undefined;
}
