import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { WasmLogRecordProcessor, WasmMetricProcessor, WasmSpanProcessor } from 'otelwasm';
import type { Before } from './before';
import { filter, redaction, transform } from './guests';

diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);

/**
 * A Collector's processor decodes every batch and encodes it again: on a thread of its own it does not hold up the app.
 * Compiling and starting 30 MB of Go takes a while, on a busy machine seconds.
 */
const onThreads = {
  isolation: 'worker',
  startTimeoutMillis: 30_000,
  guestTimeoutMillis: 10_000,
} as const;

/** As the pipelines of a Collector: each signal through its processors, in order. */
export function createAdapters() {
  return {
    spans: new WasmSpanProcessor([filter, transform, redaction], onThreads),
    metrics: new WasmMetricProcessor([filter, transform], onThreads),
    logs: new WasmLogRecordProcessor([filter, transform, redaction], onThreads),
  };
}

export type Adapters = ReturnType<typeof createAdapters>;

/** Starts the SDK with the adapters, and beside each of them what remembers the app's own items. */
export function startTelemetry({ spans, metrics, logs }: Adapters, before: Before): NodeSDK {
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({ 'service.name': 'collector-processors' }),
    spanProcessors: [before.spanProcessor, spans],
    metricReaders: [before.metrics, metrics].map(exporter => new PeriodicExportingMetricReader({ exporter })),
    logRecordProcessors: [before.logRecordProcessor, logs],
    instrumentations: [],
  });
  sdk.start();
  return sdk;
}
