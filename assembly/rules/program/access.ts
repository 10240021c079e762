/** How a path reads and writes its field: src/rules/paths/access.ts has the same list, in the same order. */
export const enum Access {
  Text,
  /** A varint, seen as a signed integer. */
  Varint,
  /** A varint of 32 bits. */
  Varint32,
  Fixed64,
  Fixed32,
  /** Nanoseconds since 1970 in 64 bits. */
  Time,
  Bool,
  Double,
  /** Keys and values. */
  Map,
  /** An AnyValue: a log's body. */
  Value,
  TraceId,
  SpanId,
  ProfileId,
  TraceIdText,
  SpanIdText,
  ProfileIdText,
  /** A message, or a run of them, that is only handed on. */
  Opaque,
  /** A number that stands for one of a list of texts, which is the extra word. */
  Symbol,
  Cache,
  /** A log's body as text. */
  ValueText,
  /** A data point's or exemplar's value; the extra word has the number of the other. */
  PointDouble,
  PointInt,
  /** A number of 32 bits, zigzag. */
  Zigzag,
  /** Numbers without a tag each. */
  PackedFixed64,
  PackedVarint,
  PackedDouble,
  /** What kind of data a metric has. */
  MetricType,
  TraceState,
  /** Present or not: a histogram's min. */
  OptionalDouble,
  /** Which of a span's events is at hand. */
  EventIndex,
}
