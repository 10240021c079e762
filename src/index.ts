export { OtelWasmError, type OtelWasmErrorCode, type Signal } from './abi';
export {
  type Adapter,
  type BatchOptions,
  type BatchProcessor,
  type BatchProcessorOptions,
  type BytesConsumer,
  type GuestExporter,
  type ReceiverOptions,
  type TemporalityPreference,
  WasmLogRecordExporter,
  type WasmLogRecordExporterOptions,
  WasmLogRecordProcessor,
  type WasmLogRecordProcessorOptions,
  WasmLogsReceiver,
  type WasmLogsReceiverOptions,
  WasmMetricExporter,
  type WasmMetricExporterOptions,
  WasmMetricProcessor,
  type WasmMetricProcessorOptions,
  WasmMetricsReceiver,
  type WasmMetricsReceiverOptions,
  WasmSpanExporter,
  type WasmSpanExporterOptions,
  WasmSpanProcessor,
  type WasmSpanProcessorOptions,
  type WasmReceiver,
  WasmTracesReceiver,
  type WasmTracesReceiverOptions,
} from './adapters';
export type { CompiledModule, GuestSource } from './guest';
export type * from './otel';
export type { CheckDepth } from './otlp';
export type {
  AdapterStats,
  ChainedGuest,
  ConsumerOptions,
  CountByCode,
  GuestOptions,
  Guests,
  GuestStats,
  OnError,
  SinkOptions,
  WasiGrants,
} from './pipeline';
export type { RestartOptions, RunnerState } from './runner';
export type { OtlpHttpOptions } from './sink';
