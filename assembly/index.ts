/**
 * The guest SDK of otelwasm: write a processor, exporter or receiver in AssemblyScript by exporting one function per
 * signal. README.md beside this file lists the functions and how to build.
 */
export { Attributes, KeyClassifier, Lookup, Value, ValueKind } from './attributes';
export { DEFAULT_DETECTORS, Detector, SecretScanner } from './detect';
export { LogLevel, Signal, fail, failed, log, now, randomBytes, setResult, shutdownRequested, sleep, writeStdout } from './host';
export {
  Buckets,
  DataPoint,
  Exemplar,
  Item,
  Items,
  LogRecord,
  Metric,
  MetricKind,
  Prefilter,
  RepeatedField,
  Resource,
  Scope,
  Severity,
  Span,
  SpanEvent,
  SpanKind,
  SpanLink,
  StatusCode,
  Temporality,
  resource,
  scope,
} from './items';
export { Json, JsonKind } from './json';
export { Region } from './memory';
export { attributesHash, mergeEqualPoints, sameAttributes } from './merge';
export { Pattern, Replacement } from './pattern';
export { FieldReader, Message } from './protobuf';
export { LogBatch, MetricBatch, SpanBatch, Writer } from './receiver';
export { Glob, Text, sameBytes } from './text';
export { Trace, traceRandomness } from './traces';
