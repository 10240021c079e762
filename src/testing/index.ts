/** For tests of guests: load a guest, feed it SDK data or OTLP JSON, check its results and its log. */
export { OtelWasmError, type OtelWasmErrorCode } from '../abi';
export type { LogLevel } from '../abi';
export type { Signal } from '../abi';
export type { GuestSource } from '../guest';
export { type OtlpJson, otlpFromJson, otlpToJson } from '../otlp/json';
export { type Logger, type LogRecord, recordLogs, recordMetrics, recordSpans } from './record';
export { sampleData } from './sampleData';
export { sampleTraces, tracesIn } from './sampleTraces';
export type { SdkData, Telemetry } from './telemetry';
export {
  type GuestResult,
  type LogLine,
  openGuest,
  type TestGuest,
  type TestGuestOptions,
} from './testGuest';
export { type ReceiverRun, type ReceiverRunOptions, runReceiver } from './testReceiver';
