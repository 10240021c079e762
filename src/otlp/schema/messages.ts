import type { Signal } from '../../abi';
import { fieldsOf, isMessage, type MessageName, type ScalarType } from './definitions';
import { LENGTH, WIRE_TYPES } from './wireTypes';

/** A field of an OTLP message, as the codec needs it. */
export interface Field {
  readonly wireType: number;
  /** Wire type of the elements of a repeated number. They come packed in one field or as one field each. */
  readonly packed?: number;
  /** The embedded message. */
  readonly message?: Message;
  /** A string, which must be UTF-8. */
  readonly isText?: boolean;
  /** Size of an id. The field has this size or is empty. */
  readonly idBytes?: number;
}

/**
 * An OTLP message: its fields by number. Fields with other numbers are unknown to this package, and are kept or
 * skipped.
 */
export interface Message {
  readonly name: string;
  readonly fields: readonly (Field | undefined)[];
}

const messages = new Map<MessageName, Message>();

function messageNamed(name: MessageName): Message {
  const known = messages.get(name);
  if (known !== undefined) return known;
  const fields: Field[] = [];
  const message: Message = { name, fields };
  // Set before its fields are read: AnyValue contains itself.
  messages.set(name, message);
  for (const { number, type, repeated } of fieldsOf(name).sort((a, b) => a.number - b.number)) {
    fields[number] = isMessage(type)
      ? { wireType: LENGTH, message: messageNamed(type) }
      : scalarField(type, repeated);
  }
  return message;
}

function scalarField(type: ScalarType, repeated: boolean): Field {
  const wireType = WIRE_TYPES[type];
  if (type === 'string') return { wireType, isText: true };
  if (type === 'traceId') return { wireType, idBytes: 16 };
  if (type === 'spanId') return { wireType, idBytes: 8 };
  return repeated && wireType !== LENGTH ? { wireType: LENGTH, packed: wireType } : { wireType };
}

/** The messages that decoders read, with their .proto names. */
export const MESSAGES = {
  anyValue: messageNamed('AnyValue'),
  keyValue: messageNamed('KeyValue'),
  arrayValue: messageNamed('ArrayValue'),
  keyValueList: messageNamed('KeyValueList'),
  scope: messageNamed('InstrumentationScope'),
  resource: messageNamed('Resource'),
  resourceSpans: messageNamed('ResourceSpans'),
  scopeSpans: messageNamed('ScopeSpans'),
  span: messageNamed('Span'),
  event: messageNamed('Event'),
  link: messageNamed('Link'),
  status: messageNamed('Status'),
  logRecord: messageNamed('LogRecord'),
  metric: messageNamed('Metric'),
  gauge: messageNamed('Gauge'),
  sum: messageNamed('Sum'),
  histogram: messageNamed('Histogram'),
  exponentialHistogram: messageNamed('ExponentialHistogram'),
  numberDataPoint: messageNamed('NumberDataPoint'),
  histogramDataPoint: messageNamed('HistogramDataPoint'),
  exponentialHistogramDataPoint: messageNamed('ExponentialHistogramDataPoint'),
  buckets: messageNamed('Buckets'),
} as const;

/** The message type of each signal's payload. */
export const PAYLOADS: Readonly<Record<Signal, Message>> = {
  traces: messageNamed('TracesData'),
  metrics: messageNamed('MetricsData'),
  logs: messageNamed('LogsData'),
};
