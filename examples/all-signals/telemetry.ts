import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { WasmLogRecordProcessor, WasmMetricProcessor, WasmSpanProcessor } from 'otelwasm';

diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);

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

/** One adapter a signal, each with a chain of guests. Where the results go is in `OTEL_EXPORTER_OTLP_*`. */
export function createAdapters() {
  const spans = new WasmSpanProcessor([
    { guest: 'build/guests/filter.wasm', pluginConfig: { drop: ['/healthz'] } },
    { guest: 'build/guests/redact.wasm', pluginConfig: { keys: ['payment.card'] } },
    attributes,
  ]);
  const metrics = new WasmMetricProcessor([
    {
      guest: 'build/guests/metrics-filter.wasm',
      pluginConfig: { drop: ['debug.*', { name: 'order.value', attributes: { test: true } }] },
    },
    attributes,
  ]);
  const logs = new WasmLogRecordProcessor([
    {
      guest: 'build/guests/logs-redact.wasm',
      pluginConfig: { minSeverity: 'info', keys: ['card'], texts: ['*4000-*'] },
    },
    attributes,
  ]);
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
