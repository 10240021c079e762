/** The messages of opentelemetry-proto as data: which field has which JSON name and type. */

/** How a field is on the wire and in OTLP JSON. */
export const enum FieldType {
  Text,
  /** Bytes as hexadecimal: trace and span ids. */
  Hex,
  /** Bytes as base64: all others. */
  Base64,
  Bool,
  /** Varints up to 32 bits, enums among them: a JSON number. */
  Int32,
  UInt32,
  /** 64 bits: a JSON string. */
  Int64,
  UInt64,
  SInt32,
  Fixed32,
  Fixed64,
  SFixed64,
  Double,
  Message,
}

export class Field {
  constructor(
    readonly number: u32,
    readonly name: string,
    readonly type: FieldType,
    readonly repeated: bool,
    /** For type Message. */
    readonly shape: Shape | null,
  ) {}
}

/** A message's fields, in the order in which they are printed. */
export class Shape {
  readonly fields: Field[] = [];

  add(number: u32, name: string, type: FieldType): this {
    this.fields.push(new Field(number, name, type, false, null));
    return this;
  }

  list(number: u32, name: string, type: FieldType): this {
    this.fields.push(new Field(number, name, type, true, null));
    return this;
  }

  one(number: u32, name: string, shape: Shape): this {
    this.fields.push(new Field(number, name, FieldType.Message, false, shape));
    return this;
  }

  many(number: u32, name: string, shape: Shape): this {
    this.fields.push(new Field(number, name, FieldType.Message, true, shape));
    return this;
  }
}

const ANY_VALUE = new Shape();
const KEY_VALUE = new Shape().add(1, 'key', FieldType.Text).one(2, 'value', ANY_VALUE);
ANY_VALUE.add(1, 'stringValue', FieldType.Text)
  .add(2, 'boolValue', FieldType.Bool)
  .add(3, 'intValue', FieldType.Int64)
  .add(4, 'doubleValue', FieldType.Double)
  .one(5, 'arrayValue', new Shape().many(1, 'values', ANY_VALUE))
  .one(6, 'kvlistValue', new Shape().many(1, 'values', KEY_VALUE))
  .add(7, 'bytesValue', FieldType.Base64);

const ENTITY_REF = new Shape()
  .add(1, 'schemaUrl', FieldType.Text)
  .add(2, 'type', FieldType.Text)
  .list(3, 'idKeys', FieldType.Text)
  .list(4, 'descriptionKeys', FieldType.Text);
const RESOURCE = new Shape()
  .many(1, 'attributes', KEY_VALUE)
  .add(2, 'droppedAttributesCount', FieldType.UInt32)
  .many(3, 'entityRefs', ENTITY_REF);
const SCOPE = new Shape()
  .add(1, 'name', FieldType.Text)
  .add(2, 'version', FieldType.Text)
  .many(3, 'attributes', KEY_VALUE)
  .add(4, 'droppedAttributesCount', FieldType.UInt32);

const EVENT = new Shape()
  .add(1, 'timeUnixNano', FieldType.Fixed64)
  .add(2, 'name', FieldType.Text)
  .many(3, 'attributes', KEY_VALUE)
  .add(4, 'droppedAttributesCount', FieldType.UInt32);
const LINK = new Shape()
  .add(1, 'traceId', FieldType.Hex)
  .add(2, 'spanId', FieldType.Hex)
  .add(3, 'traceState', FieldType.Text)
  .many(4, 'attributes', KEY_VALUE)
  .add(5, 'droppedAttributesCount', FieldType.UInt32)
  .add(6, 'flags', FieldType.Fixed32);
const SPAN = new Shape()
  .add(1, 'traceId', FieldType.Hex)
  .add(2, 'spanId', FieldType.Hex)
  .add(3, 'traceState', FieldType.Text)
  .add(4, 'parentSpanId', FieldType.Hex)
  .add(16, 'flags', FieldType.Fixed32)
  .add(5, 'name', FieldType.Text)
  .add(6, 'kind', FieldType.Int32)
  .add(7, 'startTimeUnixNano', FieldType.Fixed64)
  .add(8, 'endTimeUnixNano', FieldType.Fixed64)
  .many(9, 'attributes', KEY_VALUE)
  .add(10, 'droppedAttributesCount', FieldType.UInt32)
  .many(11, 'events', EVENT)
  .add(12, 'droppedEventsCount', FieldType.UInt32)
  .many(13, 'links', LINK)
  .add(14, 'droppedLinksCount', FieldType.UInt32)
  .one(15, 'status', new Shape().add(2, 'message', FieldType.Text).add(3, 'code', FieldType.Int32));

const EXEMPLAR = new Shape()
  .many(7, 'filteredAttributes', KEY_VALUE)
  .add(2, 'timeUnixNano', FieldType.Fixed64)
  .add(3, 'asDouble', FieldType.Double)
  .add(6, 'asInt', FieldType.SFixed64)
  .add(4, 'spanId', FieldType.Hex)
  .add(5, 'traceId', FieldType.Hex);
const NUMBER_POINT = new Shape()
  .many(7, 'attributes', KEY_VALUE)
  .add(2, 'startTimeUnixNano', FieldType.Fixed64)
  .add(3, 'timeUnixNano', FieldType.Fixed64)
  .add(4, 'asDouble', FieldType.Double)
  .add(6, 'asInt', FieldType.SFixed64)
  .many(5, 'exemplars', EXEMPLAR)
  .add(8, 'flags', FieldType.UInt32);
const HISTOGRAM_POINT = new Shape()
  .many(9, 'attributes', KEY_VALUE)
  .add(2, 'startTimeUnixNano', FieldType.Fixed64)
  .add(3, 'timeUnixNano', FieldType.Fixed64)
  .add(4, 'count', FieldType.Fixed64)
  .add(5, 'sum', FieldType.Double)
  .list(6, 'bucketCounts', FieldType.Fixed64)
  .list(7, 'explicitBounds', FieldType.Double)
  .many(8, 'exemplars', EXEMPLAR)
  .add(10, 'flags', FieldType.UInt32)
  .add(11, 'min', FieldType.Double)
  .add(12, 'max', FieldType.Double);
const BUCKETS = new Shape().add(1, 'offset', FieldType.SInt32).list(2, 'bucketCounts', FieldType.UInt64);
const EXPONENTIAL_POINT = new Shape()
  .many(1, 'attributes', KEY_VALUE)
  .add(2, 'startTimeUnixNano', FieldType.Fixed64)
  .add(3, 'timeUnixNano', FieldType.Fixed64)
  .add(4, 'count', FieldType.Fixed64)
  .add(5, 'sum', FieldType.Double)
  .add(6, 'scale', FieldType.SInt32)
  .add(7, 'zeroCount', FieldType.Fixed64)
  .one(8, 'positive', BUCKETS)
  .one(9, 'negative', BUCKETS)
  .add(10, 'flags', FieldType.UInt32)
  .many(11, 'exemplars', EXEMPLAR)
  .add(12, 'min', FieldType.Double)
  .add(13, 'max', FieldType.Double)
  .add(14, 'zeroThreshold', FieldType.Double);
const QUANTILE = new Shape().add(1, 'quantile', FieldType.Double).add(2, 'value', FieldType.Double);
const SUMMARY_POINT = new Shape()
  .many(7, 'attributes', KEY_VALUE)
  .add(2, 'startTimeUnixNano', FieldType.Fixed64)
  .add(3, 'timeUnixNano', FieldType.Fixed64)
  .add(4, 'count', FieldType.Fixed64)
  .add(5, 'sum', FieldType.Double)
  .many(6, 'quantileValues', QUANTILE)
  .add(8, 'flags', FieldType.UInt32);
const METRIC = new Shape()
  .add(1, 'name', FieldType.Text)
  .add(2, 'description', FieldType.Text)
  .add(3, 'unit', FieldType.Text)
  .one(5, 'gauge', new Shape().many(1, 'dataPoints', NUMBER_POINT))
  .one(7, 'sum', dataShape(NUMBER_POINT).add(3, 'isMonotonic', FieldType.Bool))
  .one(9, 'histogram', dataShape(HISTOGRAM_POINT))
  .one(10, 'exponentialHistogram', dataShape(EXPONENTIAL_POINT))
  .one(11, 'summary', new Shape().many(1, 'dataPoints', SUMMARY_POINT))
  .many(12, 'metadata', KEY_VALUE);

const LOG_RECORD = new Shape()
  .add(1, 'timeUnixNano', FieldType.Fixed64)
  .add(11, 'observedTimeUnixNano', FieldType.Fixed64)
  .add(2, 'severityNumber', FieldType.Int32)
  .add(3, 'severityText', FieldType.Text)
  .one(5, 'body', ANY_VALUE)
  .many(6, 'attributes', KEY_VALUE)
  .add(7, 'droppedAttributesCount', FieldType.UInt32)
  .add(8, 'flags', FieldType.Fixed32)
  .add(9, 'traceId', FieldType.Hex)
  .add(10, 'spanId', FieldType.Hex)
  .add(12, 'eventName', FieldType.Text);

export const TRACES_DATA = batchShape('resourceSpans', 'scopeSpans', 'spans', SPAN);
export const METRICS_DATA = batchShape('resourceMetrics', 'scopeMetrics', 'metrics', METRIC);
export const LOGS_DATA = batchShape('resourceLogs', 'scopeLogs', 'logRecords', LOG_RECORD);

function dataShape(point: Shape): Shape {
  return new Shape().many(1, 'dataPoints', point).add(2, 'aggregationTemporality', FieldType.Int32);
}

function batchShape(resources: string, scopes: string, items: string, item: Shape): Shape {
  const scope = new Shape().one(1, 'scope', SCOPE).many(2, items, item).add(3, 'schemaUrl', FieldType.Text);
  const resource = new Shape()
    .one(1, 'resource', RESOURCE)
    .many(2, scopes, scope)
    .add(3, 'schemaUrl', FieldType.Text);
  return new Shape().many(1, resources, resource);
}
