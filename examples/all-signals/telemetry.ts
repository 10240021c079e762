import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  WasmLogRecordExporter,
  WasmLogRecordProcessor,
  WasmMetricExporter,
  WasmMetricProcessor,
  WasmSpanExporter,
  WasmSpanProcessor,
} from 'otelwasm';

/** The same module behind all three signals: what it does not understand it hands on. */
const attributes = {
  guest: 'build/guests/attributes.wasm',
  pluginConfig: {
    actions: [
      { key: 'deployment.environment.name', value: 'demo', action: 'insert', on: 'resource' },
      { key: 'customer.id', action: 'hash' },
      { key: 'tier', new_key: 'customer.tier', action: 'rename' },
    ],
  },
};

diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);

/** Prints what it is given as OTLP JSON, a line a batch: standard output is granted to it, by lines. */
const printer = {
  guest: 'build/guests/stdout-exporter.wasm',
  wasi: { stdout: (line: string): void => console.log(line) },
};

/**
 * One adapter a signal, each with a chain of guests. Results go where `OTEL_EXPORTER_OTLP_*` says; with `toStdout` to one
 * more guest, an exporter that prints them.
 */
export function createAdapters(toStdout: boolean) {
  const spans = new WasmSpanProcessor(
    [
      { guest: 'build/guests/filter.wasm', pluginConfig: { drop: ['/healthz'] } },
      { guest: 'build/guests/redact.wasm', pluginConfig: { keys: ['payment.card'] } },
      attributes,
    ],
    { exporter: toStdout ? new WasmSpanExporter(printer) : undefined },
  );
  const metrics = new WasmMetricProcessor(
    [
      {
        guest: 'build/guests/metrics-filter.wasm',
        pluginConfig: { drop: ['debug.*', { name: 'order.value', attributes: { test: true } }] },
      },
      attributes,
    ],
    { exporter: toStdout ? new WasmMetricExporter(printer) : undefined },
  );
  const logs = new WasmLogRecordProcessor(
    [
      {
        guest: 'build/guests/logs-redact.wasm',
        pluginConfig: { minSeverity: 'info', keys: ['card'], texts: ['*4000-*'] },
      },
      attributes,
    ],
    { exporter: toStdout ? new WasmLogRecordExporter(printer) : undefined },
  );
  return { spans, metrics, logs };
}

export type Adapters = ReturnType<typeof createAdapters>;

/** Starts the SDK with these adapters and nothing beside them. */
export function startTelemetry({ spans, metrics, logs }: Adapters): NodeSDK {
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({ 'service.name': 'all-signals' }),
    spanProcessors: [spans],
    metricReaders: [new PeriodicExportingMetricReader({ exporter: metrics })],
    logRecordProcessors: [logs],
    instrumentations: [],
  });
  sdk.start();
  return sdk;
}
