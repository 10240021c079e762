import type { Signal } from '../../abi';
import { fieldsOf, isMessage, type MessageName } from './definitions';
import { LENGTH, WIRE_TYPES } from './wireTypes';

/** A field of an OTLP message, as the codec needs it. All have the same properties, which keeps access to them fast. */
export interface Field {
  readonly wireType: number;
  /** Wire type of the elements of a repeated number. They come packed in one field or as one field each. */
  readonly packed: number | undefined;
  /** The embedded message. */
  readonly message: Message | undefined;
  /** A string, which must be UTF-8. */
  readonly isText: boolean;
  /** Size of an id. The field has this size or is empty. */
  readonly idBytes: number | undefined;
}

/**
 * An OTLP message: its fields by number. Fields with other numbers are unknown to this package, and are kept or
 * skipped.
 */
export interface Message {
  readonly name: string;
  readonly fields: readonly (Field | undefined)[];
  /** The same by the byte of their tag: those with one byte and with the right wire type. */
  readonly byTag: readonly (Field | undefined)[];
}

const messages = new Map<MessageName, Message>();

function messageNamed(name: MessageName): Message {
  const known = messages.get(name);
  if (known !== undefined) return known;
  const fields: Field[] = [];
  const byTag = new Array<Field | undefined>(128).fill(undefined);
  const message: Message = { name, fields, byTag };
  // Set before its fields are read: AnyValue contains itself.
  messages.set(name, message);
  for (const { number, type, repeated } of fieldsOf(name).sort((a, b) => a.number - b.number)) {
    const scalar = isMessage(type) ? undefined : type;
    const isPacked = scalar !== undefined && repeated && WIRE_TYPES[scalar] !== LENGTH;
    const field = {
      wireType: scalar === undefined || isPacked ? LENGTH : WIRE_TYPES[scalar],
      packed: isPacked ? WIRE_TYPES[scalar] : undefined,
      message: isMessage(type) ? messageNamed(type) : undefined,
      isText: scalar === 'string',
      idBytes: scalar === 'traceId' ? 16 : scalar === 'spanId' ? 8 : undefined,
    };
    fields[number] = field;
    if (number < 16) byTag[(number << 3) | field.wireType] = field;
  }
  return message;
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
