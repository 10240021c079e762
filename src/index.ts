export { OtelWasmError, type OtelWasmErrorCode } from './abi/errors';
export type { Signal } from './abi/signal';
export { WasmLogRecordExporter, type WasmLogRecordExporterOptions } from './exporter/wasmLogRecordExporter';
export { WasmMetricExporter, type WasmMetricExporterOptions } from './exporter/wasmMetricExporter';
export { WasmSpanExporter, type WasmSpanExporterOptions } from './exporter/wasmSpanExporter';
export type { GuestSource } from './guest';
export type { CheckDepth } from './otlp';
export type {
  AdapterStats,
  BatchOptions,
  BytesConsumer,
  ChainedGuest,
  ConsumerOptions,
  CountByCode,
  GuestOptions,
  Guests,
  GuestStats,
  OnError,
  SinkOptions,
  TemporalityPreference,
  WasiGrants,
} from './pipeline';
export {
  WasmLogRecordProcessor,
  type WasmLogRecordProcessorOptions,
} from './processor/wasmLogRecordProcessor';
export { WasmMetricProcessor, type WasmMetricProcessorOptions } from './processor/wasmMetricProcessor';
export { WasmSpanProcessor, type WasmSpanProcessorOptions } from './processor/wasmSpanProcessor';
export type { ReceiverOptions } from './receiver/options';
export { WasmLogsReceiver, type WasmLogsReceiverOptions } from './receiver/wasmLogsReceiver';
export { WasmMetricsReceiver, type WasmMetricsReceiverOptions } from './receiver/wasmMetricsReceiver';
export { WasmTracesReceiver, type WasmTracesReceiverOptions } from './receiver/wasmTracesReceiver';
export type { RestartOptions, RunnerState } from './runner';
export type { OtlpHttpOptions } from './sink';
