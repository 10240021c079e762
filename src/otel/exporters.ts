import type { ReadableLogRecord } from './logRecord';
import type { AggregationTemporality, ResourceMetrics } from './metrics';
import type { ReadableSpan } from './span';

/** The result of an export: `code` 0 is success, 1 is failure. */
export interface ExportResult {
  code: number;
  error?: Error;
}

/** The SDK's enum, by value. */
export const ExportResultCode = { SUCCESS: 0, FAILED: 1 } as const;

/** What the SDK's three kinds of exporters have in common. */
export interface SdkExporter<Batch> {
  export(batch: Batch, callback: (result: ExportResult) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Any SpanExporter of SDK 2.x or 3.x. */
export type SpanExporter = SdkExporter<ReadableSpan[]>;

/** Any LogRecordExporter of SDK 2.x or 3.x. */
export type LogRecordExporter = SdkExporter<ReadableLogRecord[]>;

/** Any PushMetricExporter of SDK 2.x or 3.x. */
export interface PushMetricExporter extends SdkExporter<ResourceMetrics> {
  selectAggregationTemporality?(instrumentType: InstrumentType): AggregationTemporality;
  selectAggregation?(instrumentType: InstrumentType): AggregationOption;
}

/** The SDK's enum of the same name. */
export type InstrumentType = `${'OBSERVABLE_' | ''}${'COUNTER' | 'GAUGE' | 'UP_DOWN_COUNTER'}` | 'HISTOGRAM';

/** How measurements are aggregated: `type` is the SDK's AggregationType, 0 its default for the instrument. */
export interface AggregationOption {
  type: number;
}
