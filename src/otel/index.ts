// What this package needs to know of the OpenTelemetry SDK, so that an app has one copy of it: its own. The types are
// structural, and fit the SDK's of 2.0 to 3.x in both directions; only `@opentelemetry/api` is imported.
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
