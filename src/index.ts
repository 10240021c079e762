export { OtelWasmError, type OtelWasmErrorCode } from './abi/errors';
export type { Signal } from './abi/signal';
export { WasmLogRecordExporter, type WasmLogRecordExporterOptions } from './adapters/wasmLogRecordExporter';
export { WasmMetricExporter, type WasmMetricExporterOptions } from './adapters/wasmMetricExporter';
export { WasmSpanExporter, type WasmSpanExporterOptions } from './adapters/wasmSpanExporter';
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
} from './adapters/wasmLogRecordProcessor';
export { WasmMetricProcessor, type WasmMetricProcessorOptions } from './adapters/wasmMetricProcessor';
export { WasmSpanProcessor, type WasmSpanProcessorOptions } from './adapters/wasmSpanProcessor';
export type { ReceiverOptions } from './adapters/receiverOptions';
export { WasmLogsReceiver, type WasmLogsReceiverOptions } from './adapters/wasmLogsReceiver';
export { WasmMetricsReceiver, type WasmMetricsReceiverOptions } from './adapters/wasmMetricsReceiver';
export { WasmTracesReceiver, type WasmTracesReceiverOptions } from './adapters/wasmTracesReceiver';
export type { RestartOptions, RunnerState } from './runner';
export type { OtlpHttpOptions } from './sink';
