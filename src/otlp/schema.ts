import type { Signal } from '../abi';

/** Wire types of protobuf that OTLP uses. Groups (3 and 4) it never did. */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const FIXED32 = 5;

/** Bits of Span.flags and Link.flags above the W3C trace flags (SpanFlags in trace.proto). */
export const HAS_IS_REMOTE = 0x100;
export const IS_REMOTE = 0x200;

/** A field of an OTLP message. */
export interface Field {
  readonly wireType: number;
  /** Wire type of the elements that a repeated number holds in its packed form, or one by one outside of it. */
  readonly packed?: number;
  /** The message embedded in it. */
  readonly message?: Message;
  /** Text, which must be UTF-8. */
  readonly isText?: boolean;
  /** Bytes of an id, which is of this size or empty. */
  readonly idBytes?: number;
}

/** An OTLP message: its fields by number. What is not listed is unknown to this package, and kept or skipped. */
export interface Message {
  readonly name: string;
  readonly fields: readonly (Field | undefined)[];
}

const varint: Field = { wireType: VARINT };
const fixed64: Field = { wireType: FIXED64 };
const fixed32: Field = { wireType: FIXED32 };
const text: Field = { wireType: LENGTH, isText: true };
const bytes: Field = { wireType: LENGTH };
const traceId: Field = { wireType: LENGTH, idBytes: 16 };
const spanId: Field = { wireType: LENGTH, idBytes: 8 };
const packed = (element: number): Field => ({ wireType: LENGTH, packed: element });

function define(name: string, fields: Record<number, Field | Message>): Message {
  const message = { name, fields: [] as Field[] };
  extend(message, fields);
  return message;
}

function extend(message: { readonly fields: Field[] }, fields: Record<number, Field | Message>): void {
  for (const [number, field] of Object.entries(fields)) {
    message.fields[Number(number)] = 'name' in field ? { wireType: LENGTH, message: field } : field;
  }
}

// opentelemetry/proto/common/v1/common.proto
const anyValue = { name: 'AnyValue', fields: [] as Field[] };
const keyValue = define('KeyValue', { 1: text, 2: anyValue });
const arrayValue = define('ArrayValue', { 1: anyValue });
const keyValueList = define('KeyValueList', { 1: keyValue });
extend(anyValue, { 1: text, 2: varint, 3: varint, 4: fixed64, 5: arrayValue, 6: keyValueList, 7: bytes });
const scope = define('InstrumentationScope', { 1: text, 2: text, 3: keyValue, 4: varint });
const entityRef = define('EntityRef', { 1: text, 2: text, 3: text, 4: text });

// opentelemetry/proto/resource/v1/resource.proto
const resource = define('Resource', { 1: keyValue, 2: varint, 3: entityRef });

// opentelemetry/proto/trace/v1/trace.proto
const status = define('Status', { 2: text, 3: varint });
const event = define('Event', { 1: fixed64, 2: text, 3: keyValue, 4: varint });
const link = define('Link', { 1: traceId, 2: spanId, 3: text, 4: keyValue, 5: varint, 6: fixed32 });
const span = define('Span', {
  ...{ 1: traceId, 2: spanId, 3: text, 4: spanId, 5: text, 6: varint, 7: fixed64, 8: fixed64 },
  ...{ 9: keyValue, 10: varint, 11: event, 12: varint, 13: link, 14: varint, 15: status, 16: fixed32 },
});
const scopeSpans = define('ScopeSpans', { 1: scope, 2: span, 3: text });
const resourceSpans = define('ResourceSpans', { 1: resource, 2: scopeSpans, 3: text });
const tracesData = define('TracesData', { 1: resourceSpans });

// opentelemetry/proto/logs/v1/logs.proto
const logRecord = define('LogRecord', {
  ...{ 1: fixed64, 2: varint, 3: text, 5: anyValue, 6: keyValue, 7: varint },
  ...{ 8: fixed32, 9: traceId, 10: spanId, 11: fixed64, 12: text },
});
const scopeLogs = define('ScopeLogs', { 1: scope, 2: logRecord, 3: text });
const resourceLogs = define('ResourceLogs', { 1: resource, 2: scopeLogs, 3: text });
const logsData = define('LogsData', { 1: resourceLogs });

// opentelemetry/proto/metrics/v1/metrics.proto
const exemplar = define('Exemplar', {
  2: fixed64,
  3: fixed64,
  4: spanId,
  5: traceId,
  6: fixed64,
  7: keyValue,
});
const numberDataPoint = define('NumberDataPoint', {
  ...{ 2: fixed64, 3: fixed64, 4: fixed64, 5: exemplar, 6: fixed64, 7: keyValue, 8: varint },
});
const histogramDataPoint = define('HistogramDataPoint', {
  ...{ 2: fixed64, 3: fixed64, 4: fixed64, 5: fixed64, 6: packed(FIXED64), 7: packed(FIXED64) },
  ...{ 8: exemplar, 9: keyValue, 10: varint, 11: fixed64, 12: fixed64 },
});
const buckets = define('Buckets', { 1: varint, 2: packed(VARINT) });
const exponentialHistogramDataPoint = define('ExponentialHistogramDataPoint', {
  ...{ 1: keyValue, 2: fixed64, 3: fixed64, 4: fixed64, 5: fixed64, 6: varint, 7: fixed64, 8: buckets },
  ...{ 9: buckets, 10: varint, 11: exemplar, 12: fixed64, 13: fixed64, 14: fixed64 },
});
const valueAtQuantile = define('ValueAtQuantile', { 1: fixed64, 2: fixed64 });
const summaryDataPoint = define('SummaryDataPoint', {
  ...{ 2: fixed64, 3: fixed64, 4: fixed64, 5: fixed64, 6: valueAtQuantile, 7: keyValue, 8: varint },
});
const gauge = define('Gauge', { 1: numberDataPoint });
const sum = define('Sum', { 1: numberDataPoint, 2: varint, 3: varint });
const histogram = define('Histogram', { 1: histogramDataPoint, 2: varint });
const exponentialHistogram = define('ExponentialHistogram', { 1: exponentialHistogramDataPoint, 2: varint });
const summary = define('Summary', { 1: summaryDataPoint });
const metric = define('Metric', {
  ...{ 1: text, 2: text, 3: text, 5: gauge, 7: sum, 9: histogram, 10: exponentialHistogram, 11: summary },
  ...{ 12: keyValue },
});
const scopeMetrics = define('ScopeMetrics', { 1: scope, 2: metric, 3: text });
const resourceMetrics = define('ResourceMetrics', { 1: resource, 2: scopeMetrics, 3: text });
const metricsData = define('MetricsData', { 1: resourceMetrics });

/** The OTLP messages whose fields a decoder reads, with their .proto names. */
export const MESSAGES = {
  ...{ anyValue, keyValue, arrayValue, keyValueList, scope, resource, status, event, link, span, logRecord },
  ...{ numberDataPoint, histogramDataPoint, exponentialHistogramDataPoint, buckets, metric, scopeSpans },
  ...{ resourceSpans, gauge, sum, histogram, exponentialHistogram },
} as const;

/** The message that a signal's payload is. */
export const PAYLOADS: Readonly<Record<Signal, Message>> = {
  traces: tracesData,
  metrics: metricsData,
  logs: logsData,
};
