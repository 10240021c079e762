// Compiled only: what TypeScript users write, against the types as they are published.
import type { MeterProvider } from '@opentelemetry/api';
import {
  type AdapterStats,
  OtelWasmError,
  type OtelWasmErrorCode,
  WasmLogRecordProcessor,
  WasmMetricProcessor,
  WasmSpanExporter,
  WasmSpanProcessor,
  type WasmSpanProcessorOptions,
} from 'otelwasm';

declare const meterProvider: MeterProvider;

const options: WasmSpanProcessorOptions = {
  pluginConfig: { drop: ['/healthz'] },
  isolation: 'inline',
  onError: 'passthrough',
  guestTimeoutMillis: 500,
  meterProvider,
  exporter: new WasmSpanExporter('exporter.wasm'),
};
const processor = new WasmSpanProcessor(
  ['redact.wasm', { guest: new URL('file:///filter.wasm'), onError: 'drop' }],
  options,
);
export const chained = new WasmSpanProcessor(new Uint8Array(), { exporter: processor });
export const metrics = new WasmMetricProcessor('metrics.wasm', { temporalityPreference: 'delta' });
export const logs = new WasmLogRecordProcessor('logs.wasm', {
  otlp: { url: 'http://localhost:4318/v1/logs' },
});
export const stats: AdapterStats = processor.stats;
export const isOurs = (error: unknown): OtelWasmErrorCode | undefined =>
  error instanceof OtelWasmError ? error.code : undefined;
