import type { ReadableLogRecord } from '../../otel';
import { type OnLostItem, writeGrouped } from './encodeEnvelopes';
import { uint32, writeCount, writeId, writeTime } from './encodeFields';
import { copyOut, type EncodedBatch, lease } from './encodeBuffer';
import { writeAnyValue, writeAttributes } from './encodeValue';
import type { Writer } from '../wire';

const EXPECTED_RECORD_BYTES = 250;

/**
 * Encodes log records as OTLP `LogsData`, grouped by resource and scope in the order of their first record.
 *
 * An attribute value that OTLP cannot hold is left out and counted in `dropped_attributes_count`. Such a body is left
 * out.
 * @param onLost called for each record that is left out because its own getters throw
 * @returns bytes that share no memory with others
 */
export function encodeLogs(records: readonly ReadableLogRecord[], onLost?: OnLostItem): Uint8Array {
  return copyOut(writer => writeLogs(writer, records, onLost));
}

/** {@link encodeLogs} into a buffer that can be released for reuse. */
export function leaseLogs(records: readonly ReadableLogRecord[], onLost?: OnLostItem): EncodedBatch {
  return lease(writer => writeLogs(writer, records, onLost));
}

function writeLogs(
  writer: Writer,
  records: readonly ReadableLogRecord[],
  onLost: OnLostItem | undefined,
): number {
  return writeGrouped(writer, records, EXPECTED_RECORD_BYTES, writeLogRecord, onLost);
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
export function writeLogRecord(writer: Writer, record: ReadableLogRecord): void {
  const start = writer.open(0x12, EXPECTED_RECORD_BYTES);
  writer.reserve(24);
  writeTime(writer, 0x09, record.hrTime);
  writeCount(writer, 0x10, uint32(record.severityNumber));
  writer.text(0x1a, record.severityText);
  if (record.body !== undefined) writeBody(writer, record.body);
  const lost = writeAttributes(writer, 0x32, record.attributes);
  writeCount(writer, 0x38, uint32(record.droppedAttributesCount) + lost);
  writer.reserve(48);
  const context = record.spanContext;
  if (context) {
    if (context.traceFlags & 0xff) {
      writer.byte(0x45);
      writer.fixed32(context.traceFlags & 0xff);
    }
    writeId(writer, 0x4a, 16, context.traceId);
    writeId(writer, 0x52, 8, context.spanId);
  }
  writeTime(writer, 0x59, record.hrTimeObserved);
  writer.text(0x62, record.eventName);
  writer.close(start, EXPECTED_RECORD_BYTES);
}

function writeBody(writer: Writer, body: unknown): void {
  const before = writer.position;
  const expectedSize = typeof body === 'string' ? body.length + 3 : 0;
  try {
    const start = writer.open(0x2a, expectedSize);
    if (writeAnyValue(writer, body)) return writer.close(start, expectedSize);
  } catch {
    // A getter in the body threw: no body.
  }
  writer.position = before;
}
