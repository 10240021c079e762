import type { HrTime } from '@opentelemetry/api';
import type { AnyValue } from '../../otel';
import type { Resource } from '../../otel';
import type { ReadableLogRecord } from '../../otel';
import { type DecodedScope, visitEnvelopes } from './decodeEnvelopes';
import { contextOf, readId, readTime } from './decodeFields';
import { type Attributes, readAnyValue, readAttribute, readKey } from './decodeValue';
import type { Reader } from '../wire';
import { MESSAGES } from '../schema';

/**
 * Decodes OTLP `LogsData` into log records that SDK exporters take, with one resource object and one scope object per
 * envelope, and exact nanoseconds.
 *
 * Integers beyond 2^53 become the nearest double. A record with neither ids nor flags has no span context.
 * @param maxMessages limit of embedded messages
 * @throws OtelWasmError `DECODE`, naming the byte, if the bytes are not well-formed OTLP; {@link TooLargeToDecode}
 */
export function decodeLogs(bytes: Uint8Array, maxMessages?: number): ReadableLogRecord[] {
  const records: ReadableLogRecord[] = [];
  visitEnvelopes(
    bytes,
    {
      item: (reader, resource, scope) => records.push(readLogRecord(reader, resource, scope)),
    },
    maxMessages,
  );
  return records;
}

/**
 * | field | LogRecord | |
 * | --- | --- | --- |
 * | 1 | time_unix_nano | fixed64 |
 * | 2 | severity_number | enum |
 * | 3 | severity_text | string |
 * | 5 | body | AnyValue |
 * | 6 | attributes | repeated KeyValue |
 * | 7 | dropped_attributes_count | uint32 |
 * | 8 | flags | fixed32: the W3C trace flags |
 * | 9 | trace_id | bytes, 16 |
 * | 10 | span_id | bytes, 8 |
 * | 11 | observed_time_unix_nano | fixed64 |
 * | 12 | event_name | string |
 */
function readLogRecord(
  reader: Reader,
  resource: Resource,
  instrumentationScope: DecodedScope,
): ReadableLogRecord {
  const outer = reader.enter();
  let hrTime: HrTime | undefined;
  let hrTimeObserved: HrTime | undefined;
  let severityNumber = 0;
  let severityText = '';
  let body: AnyValue;
  const attributes: Attributes = {};
  let droppedAttributesCount = 0;
  let flags = 0;
  let traceId = '';
  let spanId = '';
  let eventName = '';
  while (reader.more()) {
    const tag = reader.tag();
    switch (tag) {
      case 0x09:
        hrTime = readTime(reader);
        break;
      case 0x10:
        severityNumber = reader.uint32();
        break;
      case 0x1a:
        severityText = readKey(reader);
        break;
      case 0x2a:
        body = readAnyValue(reader, body ?? null);
        break;
      case 0x32:
        readAttribute(reader, attributes);
        break;
      case 0x38:
        droppedAttributesCount = reader.uint32();
        break;
      case 0x45:
        flags = reader.fixed32() & 0xff;
        break;
      case 0x4a:
        traceId = readId(reader, 16);
        break;
      case 0x52:
        spanId = readId(reader, 8);
        break;
      case 0x59:
        hrTimeObserved = readTime(reader);
        break;
      case 0x62:
        eventName = readKey(reader);
        break;
      default:
        reader.skipIn(MESSAGES.logRecord, tag);
    }
  }
  reader.leave(outer);
  const inSpan = traceId !== '' || spanId !== '' || flags !== 0;
  return {
    hrTime: hrTime ?? [0, 0],
    hrTimeObserved: hrTimeObserved ?? [0, 0],
    spanContext: inSpan ? contextOf(traceId, spanId, flags, '') : undefined,
    severityText: severityText === '' ? undefined : severityText,
    severityNumber: severityNumber === 0 ? undefined : severityNumber,
    body,
    eventName: eventName === '' ? undefined : eventName,
    resource,
    instrumentationScope: instrumentationScope,
    attributes,
    droppedAttributesCount,
  };
}
