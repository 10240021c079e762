import { getNumberFromEnv } from '@opentelemetry/core';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { type MetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Signal } from '../abi/signal';
import type { SignalSettings } from '../config';
import { WasmLogRecordExporter } from '../exporter/wasmLogRecordExporter';
import { WasmMetricExporter } from '../exporter/wasmMetricExporter';
import { WasmSpanExporter } from '../exporter/wasmSpanExporter';
import { WasmLogRecordProcessor } from '../processor/wasmLogRecordProcessor';
import { WasmMetricProcessor } from '../processor/wasmMetricProcessor';
import { WasmSpanProcessor } from '../processor/wasmSpanProcessor';

/** What NodeSDK takes for the signals that have guests. */
export interface Adapters {
  readonly spanProcessors?: SpanProcessor[];
  readonly metricReaders?: MetricReader[];
  readonly logRecordProcessors?: LogRecordProcessor[];
}

/** Loads the guests of all signals. Throws OtelWasmError as the adapters' constructors do. */
export function createAdapters({ traces, metrics, logs }: Partial<Record<Signal, SignalSettings>>): Adapters {
  return {
    ...(traces && { spanProcessors: [spanProcessor(traces)] }),
    ...(metrics && { metricReaders: [metricReader(metrics)] }),
    ...(logs && { logRecordProcessors: [logRecordProcessor(logs)] }),
  };
}

function spanProcessor({ processors, exporter, otlp }: SignalSettings): SpanProcessor {
  if (exporter === undefined) return new WasmSpanProcessor(processors, { otlp });
  return new BatchSpanProcessor({ exporter: new WasmSpanExporter([...processors, exporter]) });
}

function logRecordProcessor({ processors, exporter, otlp }: SignalSettings): LogRecordProcessor {
  if (exporter === undefined) return new WasmLogRecordProcessor(processors, { otlp });
  return new BatchLogRecordProcessor({ exporter: new WasmLogRecordExporter([...processors, exporter]) });
}

/** With the interval and timeout that NodeSDK gives to a reader of its own. */
function metricReader({ processors, exporter, otlp }: SignalSettings): MetricReader {
  const exportIntervalMillis = getNumberFromEnv('OTEL_METRIC_EXPORT_INTERVAL') ?? 60_000;
  const timeoutMillis = getNumberFromEnv('OTEL_METRIC_EXPORT_TIMEOUT') ?? 30_000;
  return new PeriodicExportingMetricReader({
    exporter:
      exporter === undefined
        ? new WasmMetricProcessor(processors, { otlp })
        : new WasmMetricExporter([...processors, exporter]),
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(timeoutMillis, exportIntervalMillis),
  });
}
