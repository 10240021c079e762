/**
 * The types of length-delimited fields in OTLP's messages (opentelemetry/proto: common, resource, trace, metrics,
 * logs). Fields that are missing from the table are unknown. All other fields are numbers and flags.
 */
export const enum Shape {
  Unknown = 0,
  Text = 1,
  /** AnyValue: text 1, integer 3, double 4, array 5, map 6, bytes 7. */
  Value = 2,
  /** KeyValue: key 1, value 2. */
  Entry = 3,
  Array = 4,
  Map = 5,
  Resource = 6,
  Scope = 7,
  Span = 8,
  Event = 9,
  Link = 10,
  Status = 11,
  LogRecord = 12,
  Metric = 13,
  /** Gauge and Sum. */
  Numbers = 14,
  Histogram = 15,
  ExponentialHistogram = 16,
  Summary = 17,
  NumberPoint = 18,
  HistogramPoint = 19,
  ExponentialPoint = 20,
  SummaryPoint = 21,
  Exemplar = 22,
  EntityRef = 23,
  /** Buckets of an exponential histogram. */
  Buckets = 24,
  Quantile = 25,
  /** An id, or packed numbers. */
  NoText = 26,
  Count = 27,
}

const FIELDS: usize = 16;
const table = new StaticArray<u8>(<i32>Shape.Count * 16);

/** The type of a field of a message, by the field's number. */
export function shapeOf(message: Shape, number: u32): Shape {
  if (number >= <u32>FIELDS) return Shape.Unknown;
  return <Shape>load<u8>(changetype<usize>(table) + <usize>message * FIELDS + <usize>number);
}

function has(message: Shape, number: i32, content: Shape): void {
  assert(number < <i32>FIELDS);
  table[<i32>message * <i32>FIELDS + number] = <u8>content;
}

has(Shape.Array, 1, Shape.Value);
has(Shape.Map, 1, Shape.Entry);
has(Shape.Resource, 1, Shape.Entry);
has(Shape.Resource, 3, Shape.EntityRef);
for (let field = 1; field <= 4; field++) has(Shape.EntityRef, field, Shape.Text);
has(Shape.Scope, 1, Shape.Text);
has(Shape.Scope, 2, Shape.Text);
has(Shape.Scope, 3, Shape.Entry);
has(Shape.Span, 1, Shape.NoText);
has(Shape.Span, 2, Shape.NoText);
has(Shape.Span, 4, Shape.NoText);
has(Shape.Span, 3, Shape.Text);
has(Shape.Span, 5, Shape.Text);
has(Shape.Span, 9, Shape.Entry);
has(Shape.Span, 11, Shape.Event);
has(Shape.Span, 13, Shape.Link);
has(Shape.Span, 15, Shape.Status);
has(Shape.Event, 2, Shape.Text);
has(Shape.Event, 3, Shape.Entry);
has(Shape.Link, 1, Shape.NoText);
has(Shape.Link, 2, Shape.NoText);
has(Shape.Link, 3, Shape.Text);
has(Shape.Link, 4, Shape.Entry);
has(Shape.Status, 2, Shape.Text);
has(Shape.LogRecord, 3, Shape.Text);
has(Shape.LogRecord, 5, Shape.Value);
has(Shape.LogRecord, 6, Shape.Entry);
has(Shape.LogRecord, 9, Shape.NoText);
has(Shape.LogRecord, 10, Shape.NoText);
has(Shape.LogRecord, 12, Shape.Text);
has(Shape.Metric, 1, Shape.Text);
has(Shape.Metric, 2, Shape.Text);
has(Shape.Metric, 3, Shape.Text);
has(Shape.Metric, 5, Shape.Numbers);
has(Shape.Metric, 7, Shape.Numbers);
has(Shape.Metric, 9, Shape.Histogram);
has(Shape.Metric, 10, Shape.ExponentialHistogram);
has(Shape.Metric, 11, Shape.Summary);
has(Shape.Metric, 12, Shape.Entry);
has(Shape.Numbers, 1, Shape.NumberPoint);
has(Shape.Histogram, 1, Shape.HistogramPoint);
has(Shape.ExponentialHistogram, 1, Shape.ExponentialPoint);
has(Shape.Summary, 1, Shape.SummaryPoint);
has(Shape.NumberPoint, 5, Shape.Exemplar);
has(Shape.NumberPoint, 7, Shape.Entry);
has(Shape.HistogramPoint, 6, Shape.NoText);
has(Shape.HistogramPoint, 7, Shape.NoText);
has(Shape.HistogramPoint, 8, Shape.Exemplar);
has(Shape.HistogramPoint, 9, Shape.Entry);
has(Shape.ExponentialPoint, 1, Shape.Entry);
has(Shape.ExponentialPoint, 8, Shape.Buckets);
has(Shape.ExponentialPoint, 9, Shape.Buckets);
has(Shape.ExponentialPoint, 11, Shape.Exemplar);
has(Shape.Buckets, 2, Shape.NoText);
has(Shape.SummaryPoint, 6, Shape.Quantile);
has(Shape.SummaryPoint, 7, Shape.Entry);
has(Shape.Exemplar, 4, Shape.NoText);
has(Shape.Exemplar, 5, Shape.NoText);
has(Shape.Exemplar, 7, Shape.Entry);

export function isPoint(shape: Shape): bool {
  return shape >= Shape.NumberPoint && shape <= Shape.SummaryPoint;
}

/** Data points and exemplars, which can be dropped separately. */
export function isPart(shape: Shape): bool {
  return shape >= Shape.NumberPoint && shape <= Shape.Exemplar;
}
