import {
  type HrTime,
  type Link,
  type SpanContext,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
} from '@opentelemetry/api';
import type { Resource } from '../../otel';
import type { ReadableSpan, TimedEvent } from '../../otel';
import { type DecodedScope, visitEnvelopes } from './decodeEnvelopes';
import { asAttributes, contextOf, isRemote, readId, readTime, readTraceState } from './decodeFields';
import { readEvent, readLink, readStatus } from './decodeSpanParts';
import { type Attributes, readAttribute, readText } from './decodeValue';
import type { Reader } from '../wire';
import { MESSAGES } from '../schema';

/**
 * Decodes OTLP `TracesData` into spans that SDK exporters take: ended, with one resource object and one scope object
 * per envelope, exact nanoseconds, and trace states as objects.
 *
 * Integers beyond 2^53 become the nearest double. OTLP lacks the trace flags of the parent, so it gets those of the
 * span.
 * @param maxMessages limit of embedded messages
 * @throws OtelWasmError `DECODE`, naming the byte, if the bytes are not well-formed OTLP; {@link TooLargeToDecode}
 */
export function decodeTraces(bytes: Uint8Array, maxMessages?: number): ReadableSpan[] {
  const spans: ReadableSpan[] = [];
  visitEnvelopes(
    bytes,
    {
      item: (reader, resource, scope) => spans.push(readSpan(reader, resource, scope)),
    },
    maxMessages,
  );
  return spans;
}

/**
 * | field | Span | |
 * | --- | --- | --- |
 * | 1 | trace_id | bytes, 16 |
 * | 2 | span_id | bytes, 8 |
 * | 3 | trace_state | string |
 * | 4 | parent_span_id | bytes, 8 |
 * | 5 | name | string |
 * | 6 | kind | enum: the API's plus 1 |
 * | 7 | start_time_unix_nano | fixed64 |
 * | 8 | end_time_unix_nano | fixed64 |
 * | 9 | attributes | repeated KeyValue |
 * | 10 | dropped_attributes_count | uint32 |
 * | 11 | events | repeated Event |
 * | 12 | dropped_events_count | uint32 |
 * | 13 | links | repeated Link |
 * | 14 | dropped_links_count | uint32 |
 * | 15 | status | Status |
 * | 16 | flags | fixed32 |
 */
function readSpan(reader: Reader, resource: Resource, instrumentationScope: DecodedScope): ReadableSpan {
  const outer = reader.enter();
  let traceId = '';
  let spanId = '';
  let traceState = '';
  let parentSpanId = '';
  let name = '';
  let kind = 0;
  let startTime: HrTime | undefined;
  let endTime: HrTime | undefined;
  const attributes: Attributes = {};
  let droppedAttributesCount = 0;
  const events: TimedEvent[] = [];
  let droppedEventsCount = 0;
  const links: Link[] = [];
  let droppedLinksCount = 0;
  const status: SpanStatus = { code: SpanStatusCode.UNSET };
  let flags = 0;
  while (reader.more()) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a:
        traceId = readId(reader, 16);
        break;
      case 0x12:
        spanId = readId(reader, 8);
        break;
      case 0x1a:
        traceState = readTraceState(reader);
        break;
      case 0x22:
        parentSpanId = readId(reader, 8);
        break;
      case 0x2a:
        name = readText(reader);
        break;
      case 0x30:
        kind = reader.uint32();
        break;
      case 0x39:
        startTime = readTime(reader);
        break;
      case 0x41:
        endTime = readTime(reader);
        break;
      case 0x4a:
        readAttribute(reader, attributes);
        break;
      case 0x50:
        droppedAttributesCount = reader.uint32();
        break;
      case 0x5a:
        events.push(readEvent(reader));
        break;
      case 0x60:
        droppedEventsCount = reader.uint32();
        break;
      case 0x6a:
        links.push(readLink(reader));
        break;
      case 0x70:
        droppedLinksCount = reader.uint32();
        break;
      case 0x7a:
        readStatus(reader, status);
        break;
      case 0x85:
        flags = reader.fixed32();
        break;
      default:
        reader.skipIn(MESSAGES.span, tag);
    }
  }
  reader.leave(outer);
  startTime ??= [0, 0];
  endTime ??= [0, 0];
  const context = contextOf(traceId, spanId, flags, traceState);
  return {
    name,
    kind: kindOf(kind),
    spanContext: () => context,
    parentSpanContext: parentSpanId === '' ? undefined : parentOf(context, parentSpanId, flags),
    startTime,
    endTime,
    status,
    attributes: asAttributes(attributes),
    links,
    events,
    duration: durationOf(startTime, endTime),
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount,
    droppedEventsCount,
    droppedLinksCount,
  };
}

/** OTLP's 0 (unspecified) and unknown kinds become internal, as OTLP recommends. */
function kindOf(kind: number): SpanKind {
  return kind >= 1 && kind <= 5 ? kind - 1 : SpanKind.INTERNAL;
}

function parentOf(context: SpanContext, spanId: string, flags: number): SpanContext {
  const { traceId, traceFlags } = context;
  return { traceId, spanId, traceFlags, isRemote: isRemote(flags) };
}

/** Like the SDK: a span that ends before it starts has duration 0. */
function durationOf(start: HrTime, end: HrTime): HrTime {
  const seconds = end[0] - start[0];
  const nanos = end[1] - start[1];
  const duration: HrTime = nanos < 0 ? [seconds - 1, nanos + 1e9] : [seconds, nanos];
  return duration[0] < 0 ? [0, 0] : duration;
}
