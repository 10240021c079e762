/** How a path reads and writes its field. Keep in step with src/rules/paths/access.ts, in the same order. */
export const enum Access {
  Text,
  /** A varint as a signed integer. */
  Varint,
  /** A 32-bit varint. */
  Varint32,
  Fixed64,
  Fixed32,
  /** 64-bit nanoseconds since 1970. */
  Time,
  Bool,
  Double,
  /** Key-value pairs. */
  Map,
  /** An AnyValue: a log's body. */
  Value,
  TraceId,
  SpanId,
  ProfileId,
  TraceIdText,
  SpanIdText,
  ProfileIdText,
  /** A message or a run of messages that can only be assigned. */
  Opaque,
  /** A number that is an index into a list of texts, which is the extra word. */
  Symbol,
  Cache,
  /** A log's body as text. */
  ValueText,
  /** The value of a data point or an exemplar. The extra word is the field number of the other type of value. */
  PointDouble,
  PointInt,
  /** A 32-bit zigzag varint. */
  Zigzag,
  /** Packed numbers. */
  PackedFixed64,
  PackedVarint,
  PackedDouble,
  /** The kind of data of a metric. */
  MetricType,
  TraceState,
  /** A double with explicit presence, e.g. a histogram's min. */
  OptionalDouble,
  /** The index of the current event in its span. */
  EventIndex,
}
