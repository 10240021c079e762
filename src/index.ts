export { OtelWasmError, type OtelWasmErrorCode } from './abi/errors';
export type { GuestSource } from './guest';
export type {
  AdapterStats,
  ChainedGuest,
  CountByCode,
  GuestOptions,
  Guests,
  GuestStats,
  OnError,
} from './pipeline';
export { WasmSpanProcessor, type WasmSpanProcessorOptions } from './processor/wasmSpanProcessor';
export type { RestartOptions, RunnerState } from './runner';
export type { OtlpHttpOptions } from './sink';
