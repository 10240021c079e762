// The types and constants of the OpenTelemetry SDK that this package needs. They are structural and compatible with
// SDK 2.0 to 3.x in both directions, so that the app's own copy of the SDK stays the only one. Only
// `@opentelemetry/api` is imported.
export type { AnyValue, AnyValueMap } from './anyValue';
export { getBooleanFromEnv, getNumberFromEnv, getStringFromEnv, getStringListFromEnv } from './environment';
export {
  type AggregationOption,
  type ExportResult,
  ExportResultCode,
  type InstrumentType,
  type LogRecordExporter,
  type PushMetricExporter,
  type SdkExporter,
  type SpanExporter,
} from './exporters';
export type { ReadableLogRecord } from './logRecord';
export {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type ExponentialBuckets,
  type ExponentialHistogram,
  type Histogram,
  type Metric,
  type MetricData,
  type ResourceMetrics,
  type ScopeMetrics,
} from './metrics';
export {
  createResource,
  whenDetected,
  type InstrumentationScope,
  type RawAttributes,
  type Resource,
  detectedPart,
} from './resource';
export { type Sampler, SamplingDecision, type SamplingResult } from './sampler';
export type { ReadableSpan, TimedEvent } from './span';
export { suppressTracing } from './suppressTracing';
export { withWarningsShown, warnAboutSetting } from './warnings';
