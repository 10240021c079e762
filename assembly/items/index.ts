export { resource, scope } from './current';
export { Item, Resource, Scope } from './item';
export { LogRecord, Severity } from './logRecord';
export { DataPoint, Metric, MetricKind, Temporality } from './metric';
export { Prefilter } from './prefilter';
export { RepeatedField } from './repeatedField';
export { Span, SpanEvent, SpanKind, SpanLink, StatusCode } from './span';
