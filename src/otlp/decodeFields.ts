import type { Attributes as ApiAttributes, HrTime, SpanContext } from '@opentelemetry/api';
import { createTraceState } from '@opentelemetry/api';
import type { Attributes } from './decodeValue';
import type { Reader } from './reader';
import { HAS_IS_REMOTE, IS_REMOTE } from './schema';

/** Attributes as the SDK types them. OTLP holds more kinds of values, and so do they at run time, as in SDK 3.x. */
export function asAttributes(attributes: Attributes): ApiAttributes {
  return attributes as ApiAttributes;
}

/** Reads a fixed64 field of nanoseconds since the epoch, exactly. */
export function readTime(reader: Reader): HrTime {
  reader.fixed64();
  const { low, high } = reader;
  // Long division of high * 2^32 + low by 10^9, 16 bits a step, so that every number stays below 2^53.
  const first = Math.floor(high / 1e9);
  const second = (high - first * 1e9) * 0x10000 + (low >>> 16);
  const secondQuotient = Math.floor(second / 1e9);
  const third = (second - secondQuotient * 1e9) * 0x10000 + (low & 0xffff);
  const thirdQuotient = Math.floor(third / 1e9);
  return [(first * 0x10000 + secondQuotient) * 0x10000 + thirdQuotient, third - thirdQuotient * 1e9];
}

/** Reads an id of `size` bytes as hexadecimal text; '' if it is empty, which is "none". No other length is an id. */
export function readId(reader: Reader, size: number): string {
  const start = reader.span();
  const length = reader.position - start;
  if (length === 0) return '';
  if (length !== size) reader.fail(`an id of ${length} bytes, allowed are ${size} or none`, start);
  return reader.bytes.hexSlice(start, reader.position);
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
