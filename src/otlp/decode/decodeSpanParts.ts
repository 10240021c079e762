import { type HrTime, type Link, type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import type { TimedEvent } from '../../otel';
import { asAttributes, contextOf, isRemote, readId, readTime, readTraceState } from './decodeFields';
import { type Attributes, readAttribute, readText } from './decodeValue';
import type { Reader } from '../wire';
import { MESSAGES } from '../schema';

/**
 * | field | Event | |
 * | --- | --- | --- |
 * | 1 | time_unix_nano | fixed64 |
 * | 2 | name | string |
 * | 3 | attributes | repeated KeyValue |
 * | 4 | dropped_attributes_count | uint32 |
 */
export function readEvent(reader: Reader): TimedEvent {
  const outer = reader.enter();
  let time: HrTime | undefined;
  let name = '';
  const attributes: Attributes = {};
  let droppedAttributesCount = 0;
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x09) time = readTime(reader);
    else if (tag === 0x12) name = readText(reader);
    else if (tag === 0x1a) readAttribute(reader, attributes);
    else if (tag === 0x20) droppedAttributesCount = reader.uint32();
    else reader.skipIn(MESSAGES.event, tag);
  }
  reader.leave(outer);
  return { time: time ?? [0, 0], name, attributes: asAttributes(attributes), droppedAttributesCount };
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
export function readLink(reader: Reader): Link {
  // The link's context is an additional object.
  reader.countMessages();
  const outer = reader.enter();
  let traceId = '';
  let spanId = '';
  let traceState = '';
  const attributes: Attributes = {};
  let droppedAttributesCount = 0;
  let flags = 0;
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x0a) traceId = readId(reader, 16);
    else if (tag === 0x12) spanId = readId(reader, 8);
    else if (tag === 0x1a) traceState = readTraceState(reader);
    else if (tag === 0x22) readAttribute(reader, attributes);
    else if (tag === 0x28) droppedAttributesCount = reader.uint32();
    else if (tag === 0x35) flags = reader.fixed32();
    else reader.skipIn(MESSAGES.link, tag);
  }
  reader.leave(outer);
  const context = { ...contextOf(traceId, spanId, flags, traceState), isRemote: isRemote(flags) };
  return { context, attributes: asAttributes(attributes), droppedAttributesCount };
}

/**
 * | field | Status | |
 * | --- | --- | --- |
 * | 2 | message | string |
 * | 3 | code | enum, the API's |
 */
export function readStatus(reader: Reader, into: SpanStatus): void {
  const outer = reader.enter();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x12) into.message = readText(reader);
    else if (tag === 0x18) into.code = codeOf(reader.uint32());
    else reader.skipIn(MESSAGES.status, tag);
  }
  reader.leave(outer);
}

function codeOf(code: number): SpanStatusCode {
  return code <= 2 ? code : SpanStatusCode.UNSET;
}
