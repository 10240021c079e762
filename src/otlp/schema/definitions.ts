/** A scalar type of OTLP's .proto files, or an id stored in `bytes`. */
export type ScalarType =
  | 'string'
  | 'bytes'
  | 'traceId'
  | 'spanId'
  | 'bool'
  | 'int32'
  | 'sint32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed64'
  | 'double'
  | 'enum';

/** Names of enum values, by number. */
export const ENUMS: Readonly<Record<string, readonly string[]>> = {
  SpanKind: ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map(
    name => `SPAN_KIND_${name}`,
  ),
  StatusCode: ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'],
  AggregationTemporality: ['UNSPECIFIED', 'DELTA', 'CUMULATIVE'].map(
    name => `AGGREGATION_TEMPORALITY_${name}`,
  ),
  SeverityNumber: [
    'SEVERITY_NUMBER_UNSPECIFIED',
    ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap(name =>
      ['', '2', '3', '4'].map(suffix => `SEVERITY_NUMBER_${name}${suffix}`),
    ),
  ],
};

/**
 * The messages of OTLP: message → JSON name of the field → `number type`. `[]` marks a repeated type, `?` one with
 * presence. `traceId` and `spanId` are `bytes` that hold an id. The tables of the protobuf codec and of JSON are
 * derived from this one.
 */
export const DEFINITIONS = {
  // opentelemetry/proto/common/v1/common.proto
  AnyValue: {
    ...{ stringValue: '1 string?', boolValue: '2 bool?', intValue: '3 int64?', doubleValue: '4 double?' },
    ...{ arrayValue: '5 ArrayValue', kvlistValue: '6 KeyValueList', bytesValue: '7 bytes?' },
  },
  ArrayValue: { values: '1 AnyValue[]' },
  KeyValueList: { values: '1 KeyValue[]' },
  KeyValue: { key: '1 string', value: '2 AnyValue' },
  InstrumentationScope: {
    ...{ name: '1 string', version: '2 string', attributes: '3 KeyValue[]' },
    droppedAttributesCount: '4 uint32',
  },
  EntityRef: {
    ...{ schemaUrl: '1 string', type: '2 string', idKeys: '3 string[]', descriptionKeys: '4 string[]' },
  },
  // opentelemetry/proto/resource/v1/resource.proto
  Resource: {
    ...{ attributes: '1 KeyValue[]', droppedAttributesCount: '2 uint32', entityRefs: '3 EntityRef[]' },
  },
  // opentelemetry/proto/trace/v1/trace.proto
  TracesData: { resourceSpans: '1 ResourceSpans[]' },
  ResourceSpans: { resource: '1 Resource', scopeSpans: '2 ScopeSpans[]', schemaUrl: '3 string' },
  ScopeSpans: { scope: '1 InstrumentationScope', spans: '2 Span[]', schemaUrl: '3 string' },
  Span: {
    ...{
      traceId: '1 traceId',
      spanId: '2 spanId',
      traceState: '3 string',
      parentSpanId: '4 spanId',
      flags: '16 fixed32',
    },
    ...{ name: '5 string', kind: '6 SpanKind', startTimeUnixNano: '7 fixed64', endTimeUnixNano: '8 fixed64' },
    ...{ attributes: '9 KeyValue[]', droppedAttributesCount: '10 uint32', events: '11 Event[]' },
    ...{ droppedEventsCount: '12 uint32', links: '13 Link[]', droppedLinksCount: '14 uint32' },
    status: '15 Status',
  },
  Event: {
    ...{ timeUnixNano: '1 fixed64', name: '2 string', attributes: '3 KeyValue[]' },
    droppedAttributesCount: '4 uint32',
  },
  Link: {
    ...{ traceId: '1 traceId', spanId: '2 spanId', traceState: '3 string', attributes: '4 KeyValue[]' },
    ...{ droppedAttributesCount: '5 uint32', flags: '6 fixed32' },
  },
  Status: { message: '2 string', code: '3 StatusCode' },
  // opentelemetry/proto/logs/v1/logs.proto
  LogsData: { resourceLogs: '1 ResourceLogs[]' },
  ResourceLogs: { resource: '1 Resource', scopeLogs: '2 ScopeLogs[]', schemaUrl: '3 string' },
  ScopeLogs: { scope: '1 InstrumentationScope', logRecords: '2 LogRecord[]', schemaUrl: '3 string' },
  LogRecord: {
    ...{ timeUnixNano: '1 fixed64', observedTimeUnixNano: '11 fixed64', severityNumber: '2 SeverityNumber' },
    ...{ severityText: '3 string', body: '5 AnyValue', attributes: '6 KeyValue[]' },
    ...{ droppedAttributesCount: '7 uint32', flags: '8 fixed32', traceId: '9 traceId', spanId: '10 spanId' },
    eventName: '12 string',
  },
  // opentelemetry/proto/metrics/v1/metrics.proto
  MetricsData: { resourceMetrics: '1 ResourceMetrics[]' },
  ResourceMetrics: { resource: '1 Resource', scopeMetrics: '2 ScopeMetrics[]', schemaUrl: '3 string' },
  ScopeMetrics: { scope: '1 InstrumentationScope', metrics: '2 Metric[]', schemaUrl: '3 string' },
  Metric: {
    ...{ name: '1 string', description: '2 string', unit: '3 string', gauge: '5 Gauge', sum: '7 Sum' },
    ...{ histogram: '9 Histogram', exponentialHistogram: '10 ExponentialHistogram', summary: '11 Summary' },
    metadata: '12 KeyValue[]',
  },
  Gauge: { dataPoints: '1 NumberDataPoint[]' },
  Sum: {
    dataPoints: '1 NumberDataPoint[]',
    ...{ aggregationTemporality: '2 AggregationTemporality', isMonotonic: '3 bool' },
  },
  Histogram: {
    ...{ dataPoints: '1 HistogramDataPoint[]', aggregationTemporality: '2 AggregationTemporality' },
  },
  ExponentialHistogram: {
    dataPoints: '1 ExponentialHistogramDataPoint[]',
    aggregationTemporality: '2 AggregationTemporality',
  },
  Summary: { dataPoints: '1 SummaryDataPoint[]' },
  NumberDataPoint: {
    ...{ attributes: '7 KeyValue[]', startTimeUnixNano: '2 fixed64', timeUnixNano: '3 fixed64' },
    ...{ asDouble: '4 double?', asInt: '6 sfixed64?', exemplars: '5 Exemplar[]', flags: '8 uint32' },
  },
  HistogramDataPoint: {
    ...{ attributes: '9 KeyValue[]', startTimeUnixNano: '2 fixed64', timeUnixNano: '3 fixed64' },
    ...{ count: '4 fixed64', sum: '5 double?', bucketCounts: '6 fixed64[]', explicitBounds: '7 double[]' },
    ...{ exemplars: '8 Exemplar[]', flags: '10 uint32', min: '11 double?', max: '12 double?' },
  },
  ExponentialHistogramDataPoint: {
    ...{ attributes: '1 KeyValue[]', startTimeUnixNano: '2 fixed64', timeUnixNano: '3 fixed64' },
    ...{ count: '4 fixed64', sum: '5 double?', scale: '6 sint32', zeroCount: '7 fixed64' },
    ...{ positive: '8 Buckets', negative: '9 Buckets', flags: '10 uint32', exemplars: '11 Exemplar[]' },
    ...{ min: '12 double?', max: '13 double?', zeroThreshold: '14 double' },
  },
  Buckets: { offset: '1 sint32', bucketCounts: '2 uint64[]' },
  SummaryDataPoint: {
    ...{ attributes: '7 KeyValue[]', startTimeUnixNano: '2 fixed64', timeUnixNano: '3 fixed64' },
    ...{ count: '4 fixed64', sum: '5 double', quantileValues: '6 ValueAtQuantile[]', flags: '8 uint32' },
  },
  ValueAtQuantile: { quantile: '1 double', value: '2 double' },
  Exemplar: {
    ...{ filteredAttributes: '7 KeyValue[]', timeUnixNano: '2 fixed64', asDouble: '3 double?' },
    ...{ asInt: '6 sfixed64?', spanId: '4 spanId', traceId: '5 traceId' },
  },
} as const;

export type MessageName = keyof typeof DEFINITIONS;

/** Sets of fields of which at most one is set. */
export const ONEOFS: Partial<Record<MessageName, readonly string[]>> = {
  AnyValue: Object.keys(DEFINITIONS.AnyValue),
  Metric: ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'],
  NumberDataPoint: ['asDouble', 'asInt'],
  Exemplar: ['asDouble', 'asInt'],
};

/** One parsed entry of {@link DEFINITIONS}. */
export interface FieldDefinition {
  readonly name: string;
  readonly number: number;
  readonly type: ScalarType | MessageName;
  readonly repeated: boolean;
  /** `optional` in the .proto file, or a scalar of a oneof. */
  readonly hasPresence: boolean;
  readonly enumNames?: readonly string[];
}

/** The fields of a message, in the order of the table. */
export function fieldsOf(message: MessageName): FieldDefinition[] {
  return Object.entries(DEFINITIONS[message]).map(([name, definition]) => {
    const [, number, type, suffix] = /^(\d+) (\w+)(\[\]|\?|)$/.exec(definition) as RegExpExecArray;
    const enumNames = ENUMS[type];
    return {
      name,
      number: Number(number),
      type: enumNames === undefined ? (type as ScalarType | MessageName) : 'enum',
      repeated: suffix === '[]',
      hasPresence: suffix === '?',
      enumNames,
    };
  });
}

/** Whether a field's type is a message. */
export function isMessage(type: ScalarType | MessageName): type is MessageName {
  return type in DEFINITIONS;
}
