// Compiled only, beside types.ts: adapters where the SDK takes them, and the SDK's exporters where adapters do.
import {
  InMemoryLogRecordExporter,
  type LogRecordExporter,
  type LogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, InMemorySpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import {
  WasmLogRecordExporter,
  WasmLogRecordProcessor,
  WasmMetricExporter,
  WasmMetricProcessor,
  WasmSpanExporter,
  WasmSpanProcessor,
  WasmSpanReceiver,
} from 'otelwasm';
import { openGuest, recordSpans } from 'otelwasm/testing';

export const spans: SpanProcessor[] = [
  new WasmSpanProcessor('filter.wasm', { exporter: new InMemorySpanExporter() }),
  new BatchSpanProcessor(new WasmSpanExporter('exporter.wasm') as never),
];
export const logs: LogRecordProcessor = new WasmLogRecordProcessor('filter.wasm', {
  exporter: new InMemoryLogRecordExporter(),
});
export const logExporter: LogRecordExporter = new WasmLogRecordExporter('exporter.wasm');
export const readers = [
  new PeriodicExportingMetricReader({
    exporter: new WasmMetricProcessor('filter.wasm', {
      exporter: new InMemoryMetricExporter(AggregationTemporality.DELTA),
    }),
  }),
  new PeriodicExportingMetricReader({ exporter: new WasmMetricExporter('exporter.wasm') }),
];
export const receiver = new WasmSpanReceiver('receiver.wasm', { exporter: new InMemorySpanExporter() });
export const result = recordSpans(tracer => tracer.startSpan('a').end()).then(spans =>
  openGuest('traces', 'filter.wasm').consume(spans),
);

// Names of options are checked, also in a chain and whatever else is installed.
// @ts-expect-error onerror
new WasmSpanProcessor('filter.wasm', { onerror: 'drop' });
// @ts-expect-error pluginConfg
new WasmSpanProcessor([{ guest: 'filter.wasm', pluginConfg: {} }]);
// @ts-expect-error url is text
new WasmSpanProcessor('filter.wasm', { otlp: { url: 4318 } });
// @ts-expect-error an exporter of another signal
new WasmSpanProcessor('filter.wasm', { exporter: new WasmMetricExporter('exporter.wasm') });
// @ts-expect-error plugin_config
openGuest('traces', 'filter.wasm', { plugin_config: {} });
