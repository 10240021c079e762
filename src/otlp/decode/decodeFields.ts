import {
  type Attributes as ApiAttributes,
  type HrTime,
  type SpanContext,
  createTraceState,
} from '@opentelemetry/api';
import { type Attributes, readText } from './decodeValue';
import type { Reader } from '../wire';
import { HAS_IS_REMOTE, IS_REMOTE } from '../schema';

/** Attributes as the SDK types them. OTLP holds more kinds of values, and so do they at run time, as in SDK 3.x. */
export function asAttributes(attributes: Attributes): ApiAttributes {
  return attributes as ApiAttributes;
}

/** Reads a fixed64 field of nanoseconds since the epoch, exactly. */
export function readTime(reader: Reader): HrTime {
  reader.fixed64();
  const { low, high } = reader;
  // As a double the whole is off by 2^11 at most: the seconds are right, or off by one. The nanoseconds are right to 32 bits.
  const seconds = Math.floor((high * 2 ** 32 + low) / 1e9);
  const nanos = (low - Math.imul(seconds, 1e9)) >>> 0;
  if (nanos < 1e9) return [seconds, nanos];
  return nanos < 2e9 ? [seconds + 1, nanos - 1e9] : [seconds - 1, (nanos + 1e9) >>> 0];
}

/** Reads an id of `size` bytes as hexadecimal text; '' if it is empty, which is "none". No other length is an id. */
export function readId(reader: Reader, size: number): string {
  const start = reader.span();
  const length = reader.position - start;
  if (length === 0) return '';
  if (length !== size) reader.fail(`an id of ${length} bytes, allowed are ${size} or none`, start);
  return reader.bytes.hexSlice(start, reader.position);
}

/** Characters of a trace state that take as long as an embedded message: its members are parsed. */
const TRACE_STATE_PER_MESSAGE = 4;

/** Reads a trace state as text, for {@link contextOf}. */
export function readTraceState(reader: Reader): string {
  const text = readText(reader);
  reader.countMessages(Math.ceil(text.length / TRACE_STATE_PER_MESSAGE));
  return text;
}

/** A context; `isRemote` only where the flags know it. A trace state that the W3C rules refuse is empty. */
export function contextOf(traceId: string, spanId: string, flags: number, traceState: string): SpanContext {
  const context: SpanContext = { traceId, spanId, traceFlags: flags & 0xff };
  if (traceState !== '') context.traceState = createTraceState(traceState);
  return context;
}

/** What the flags of a span or link say about its context's origin; `undefined` if they do not. */
export function isRemote(flags: number): boolean | undefined {
  return flags & HAS_IS_REMOTE ? (flags & IS_REMOTE) !== 0 : undefined;
}
