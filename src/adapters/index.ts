export { WasmLogRecordExporter, type WasmLogRecordExporterOptions } from './wasmLogRecordExporter';
export { WasmMetricExporter, type WasmMetricExporterOptions } from './wasmMetricExporter';
export { WasmSpanExporter, type WasmSpanExporterOptions } from './wasmSpanExporter';
export { WasmLogRecordProcessor, type WasmLogRecordProcessorOptions } from './wasmLogRecordProcessor';
export { WasmMetricProcessor, type WasmMetricProcessorOptions } from './wasmMetricProcessor';
export { WasmSpanProcessor, type WasmSpanProcessorOptions } from './wasmSpanProcessor';
export {
  type ReceiverOptions,
  WasmLogRecordReceiver,
  type WasmLogRecordReceiverOptions,
  WasmMetricReceiver,
  type WasmMetricReceiverOptions,
  WasmReceiver,
  WasmSpanReceiver,
  type WasmSpanReceiverOptions,
} from './receivers';
export {
  type CollectedMetrics,
  WasmSampler,
  type WasmSamplerOptions,
  WasmSpanMetrics,
  type WasmSpanMetricsOptions,
  WasmSpanMutator,
  type WasmSpanMutatorOptions,
} from './instrumentation';
export type { TraceOptions, TraceStats } from './traces';
export { Adapter } from './adapter';
export { BatchProcessor, type BatchProcessorOptions } from './batchProcessor';
export { GuestExporter } from './guestExporter';
export { type MetricSelection, selectionFor, type TemporalityPreference } from './metricSelection';
export { BYTES_CONSUMER, type BytesConsumer, createSink, type ExporterOption } from './exporterOption';
export type { BatchOptions } from './batching';
