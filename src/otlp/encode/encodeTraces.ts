import type { Link } from '@opentelemetry/api';
import type { ReadableSpan, Resource, TimedEvent } from '../../otel';
import {
  type EncodedItems,
  type OnLostItem,
  writeEncoded,
  writeGrouped,
  writeSingle,
} from './encodeEnvelopes';
import { spanFlags, traceStateText, uint32, writeCount, writeId, writeTime } from './encodeFields';
import { copyOut, type EncodedBatch, lease } from './encodeBuffer';
import { writeAttributes } from './encodeValue';
import { withoutCaching } from './keyCache';
import { Writer } from '../wire';

const EXPECTED_SPAN_BYTES = 400;

/**
 * Encodes spans as OTLP `TracesData`, grouped by resource and scope in the order of their first span.
 *
 * An attribute value that OTLP cannot hold is left out and counted in `dropped_attributes_count`.
 * @param onLost called for each span that is left out because its own methods throw
 * @returns bytes that share no memory with others
 */
export function encodeTraces(spans: readonly ReadableSpan[], onLost?: OnLostItem): Uint8Array {
  return copyOut(writer => writeTraces(writer, spans, onLost));
}

/** {@link encodeTraces} into a buffer that can be released for reuse. */
export function leaseTraces(spans: readonly ReadableSpan[], onLost?: OnLostItem): EncodedBatch {
  return lease(writer => writeTraces(writer, spans, onLost));
}

/**
 * An encoder of single spans, each as one `TracesData`, for guests that get one span per call.
 *
 * It reuses one buffer: the bytes are valid until its next call. `resource` replaces that of the span.
 */
export function createSpanEncoder(): (span: ReadableSpan, resource?: Resource) => Uint8Array {
  const writer = new Writer(4_096);
  let isWriting = false;
  return (span, resource = span.resource) => {
    // A getter among the attributes may start or end a span.
    if (isWriting) return createSpanEncoder()(span, resource);
    isWriting = true;
    try {
      writer.reset();
      withoutCaching(() => writeSingle(writer, span, resource, EXPECTED_SPAN_BYTES, writeSpan));
      return writer.written();
    } finally {
      isWriting = false;
    }
  };
}

/** Encodes single spans without their resource and scope, each in separate bytes, for {@link leaseEncodedSpans}. */
export function createSpanFieldEncoder(): (span: ReadableSpan) => Uint8Array {
  const write = (writer: Writer, span: ReadableSpan): Uint8Array => {
    withoutCaching(() => writeSpan(writer, span));
    return Uint8Array.from(writer.written());
  };
  const shared = new Writer(4_096);
  let isWriting = false;
  return span => {
    // A getter among the attributes may end a span.
    if (isWriting) return write(new Writer(4_096), span);
    isWriting = true;
    try {
      shared.reset();
      return write(shared, span);
    } finally {
      isWriting = false;
    }
  };
}

/** `TracesData` of spans that {@link createSpanFieldEncoder} encoded, in a buffer that can be released for reuse. */
export function leaseEncodedSpans(spans: readonly EncodedItems[]): EncodedBatch {
  return lease(writer => {
    writeEncoded(writer, spans);
    return spans.length;
  });
}

function writeTraces(writer: Writer, spans: readonly ReadableSpan[], onLost: OnLostItem | undefined): number {
  return writeGrouped(writer, spans, EXPECTED_SPAN_BYTES, writeSpan, onLost);
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
export function writeSpan(writer: Writer, span: ReadableSpan): void {
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  const start = writer.open(0x12, EXPECTED_SPAN_BYTES);
  writer.reserve(64);
  writeId(writer, 0x0a, 16, context.traceId);
  writeId(writer, 0x12, 8, context.spanId);
  if (parent) writeId(writer, 0x22, 8, parent.spanId);
  if (context.traceState) writer.text(0x1a, traceStateText(context));
  writer.text(0x2a, span.name);
  writer.reserve(24);
  writer.byte(0x30);
  writer.varint(uint32(span.kind + 1));
  writeTime(writer, 0x39, span.startTime);
  writeTime(writer, 0x41, span.endTime);
  const lost = writeAttributes(writer, 0x4a, span.attributes);
  writeCount(writer, 0x50, uint32(span.droppedAttributesCount) + lost);
  for (const event of span.events) writeEvent(writer, event);
  writeCount(writer, 0x60, uint32(span.droppedEventsCount));
  for (const link of span.links) writeLink(writer, link);
  writeCount(writer, 0x70, uint32(span.droppedLinksCount));
  writeStatus(writer, span.status);
  writer.reserve(7);
  writer.byte(0x85);
  writer.byte(0x01);
  writer.fixed32(spanFlags(context.traceFlags, parent?.isRemote));
  writer.close(start, EXPECTED_SPAN_BYTES);
}

/**
 * | field | Event | |
 * | --- | --- | --- |
 * | 1 | time_unix_nano | fixed64 |
 * | 2 | name | string |
 * | 3 | attributes | repeated KeyValue |
 * | 4 | dropped_attributes_count | uint32 |
 */
function writeEvent(writer: Writer, event: TimedEvent): void {
  const start = writer.open(0x5a, 0);
  writer.reserve(9);
  writeTime(writer, 0x09, event.time);
  writer.text(0x12, event.name);
  const lost = writeAttributes(writer, 0x1a, event.attributes);
  writeCount(writer, 0x20, uint32(event.droppedAttributesCount) + lost);
  writer.close(start, 0);
}

/**
 * | field | Link | |
 * | --- | --- | --- |
 * | 1 | trace_id | bytes, 16 |
 * | 2 | span_id | bytes, 8 |
 * | 3 | trace_state | string |
 * | 4 | attributes | repeated KeyValue |
 * | 5 | dropped_attributes_count | uint32 |
 * | 6 | flags | fixed32 |
 */
export function writeLink(writer: Writer, link: Link): void {
  const { context } = link;
  const start = writer.open(0x6a, 0);
  writer.reserve(32);
  writeId(writer, 0x0a, 16, context.traceId);
  writeId(writer, 0x12, 8, context.spanId);
  if (context.traceState) writer.text(0x1a, traceStateText(context));
  const lost = writeAttributes(writer, 0x22, link.attributes);
  writeCount(writer, 0x28, uint32(link.droppedAttributesCount) + lost);
  writer.reserve(5);
  writer.byte(0x35);
  writer.fixed32(spanFlags(context.traceFlags, context.isRemote));
  writer.close(start, 0);
}

/**
 * | field | Status | |
 * | --- | --- | --- |
 * | 2 | message | string |
 * | 3 | code | enum, the API's |
 */
function writeStatus(writer: Writer, status: ReadableSpan['status']): void {
  const start = writer.open(0x7a, 0);
  writer.text(0x12, status.message);
  writeCount(writer, 0x18, uint32(status.code));
  writer.close(start, 0);
}
