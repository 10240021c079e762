import { metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { WasmLogRecordProcessor, WasmMetricProcessor, WasmSpanProcessor } from 'otelwasm';

/** What both this app and collector.yaml run: the same file with the same configuration. */
const REDACT = 'build/guests/redact.wasm';
const options = { pluginConfig: { keys: ['card.number', 'user.*'] } };

/** All three signals, over OTLP/HTTP to `OTEL_EXPORTER_OTLP_ENDPOINT`: through the guest, or as the stock SDK sends them. */
export function startTelemetry(service: string, withGuest: boolean) {
  const resource = resourceFromAttributes({ 'service.name': service });
  const tracerProvider = new BasicTracerProvider({
    resource,
    spanProcessors: [
      withGuest ? new WasmSpanProcessor(REDACT, options) : new BatchSpanProcessor(new OTLPTraceExporter()),
    ],
  });
  const meterProvider = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: withGuest ? new WasmMetricProcessor(REDACT, options) : new OTLPMetricExporter(),
        exportIntervalMillis: 60_000,
      }),
    ],
  });
  const loggerProvider = new LoggerProvider({
    resource,
    processors: [
      withGuest
        ? new WasmLogRecordProcessor(REDACT, options)
        : new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() }),
    ],
  });
  trace.setGlobalTracerProvider(tracerProvider);
  metrics.setGlobalMeterProvider(meterProvider);
  logs.setGlobalLoggerProvider(loggerProvider);
  const providers = [tracerProvider, meterProvider, loggerProvider];
  return {
    flush: async () => void (await Promise.all(providers.map(provider => provider.forceFlush()))),
    shutdown: async () => void (await Promise.all(providers.map(provider => provider.shutdown()))),
  };
}
