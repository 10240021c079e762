import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { MetricReader } from '@opentelemetry/sdk-metrics';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { getNumberFromEnv } from '../otel';
import { type Signal, SIGNALS } from '../abi';
import type { SignalSettings } from '../config';
import {
  WasmLogRecordExporter,
  WasmMetricExporter,
  WasmSpanExporter,
  WasmLogRecordProcessor,
  WasmMetricProcessor,
  WasmSpanProcessor,
} from '../adapters';
import type { NextExporter } from './nextExporter';
import type { Sdk } from './peers';

/** What NodeSDK takes for the signals that have guests. */
export interface Adapters {
  spanProcessors?: SpanProcessor[];
  metricReaders?: MetricReader[];
  logRecordProcessors?: LogRecordProcessor[];
}

type Create = (settings: SignalSettings, sdk: Sdk, printed: boolean) => Adapters;

const CREATE: Readonly<Record<Signal, Create>> = {
  traces: (settings, sdk, printed) => ({ spanProcessors: [spanProcessor(settings, sdk, printed)] }),
  metrics: (settings, sdk, printed) => ({ metricReaders: [metricReader(settings, sdk, printed)] }),
  logs: (settings, sdk, printed) => ({ logRecordProcessors: [logRecordProcessor(settings, sdk, printed)] }),
};

/** Where the results of each signal's guests go. */
export type NextExporters = Partial<Record<Signal, Exclude<NextExporter, 'none'>>>;

/** What keeps NodeSDK from making anything for these signals. */
export function idle(signals: readonly Signal[]): Adapters {
  return {
    ...(signals.includes('traces') && { spanProcessors: [] }),
    ...(signals.includes('metrics') && { metricReaders: [] }),
    ...(signals.includes('logs') && { logRecordProcessors: [] }),
  };
}

/**
 * Loads the guests of the signals that have a next exporter; all others are left to NodeSDK. Throws OtelWasmError as the
 * adapters' constructors do.
 */
export function createAdapters(
  settings: Partial<Record<Signal, SignalSettings>>,
  sdk: Sdk,
  next: NextExporters,
): Adapters {
  const adapters: Adapters = {};
  for (const signal of SIGNALS) {
    const ofSignal = settings[signal];
    if (ofSignal === undefined || next[signal] === undefined) continue;
    Object.assign(adapters, CREATE[signal](ofSignal, sdk, next[signal] === 'console'));
  }
  return adapters;
}

function spanProcessor(
  { processors, exporter, otlp }: SignalSettings,
  sdk: Sdk,
  printed: boolean,
): SpanProcessor {
  if (exporter !== undefined)
    return new (sdk.trace().BatchSpanProcessor)({
      exporter: new WasmSpanExporter([...processors, exporter]),
    });
  return new WasmSpanProcessor(
    processors,
    printed ? { exporter: new (sdk.trace().ConsoleSpanExporter)() } : { otlp },
  );
}

function logRecordProcessor(
  { processors, exporter, otlp }: SignalSettings,
  sdk: Sdk,
  printed: boolean,
): LogRecordProcessor {
  if (exporter !== undefined)
    return new (sdk.logs().BatchLogRecordProcessor)({
      exporter: new WasmLogRecordExporter([...processors, exporter]),
    });
  return new WasmLogRecordProcessor(
    processors,
    printed ? { exporter: new (sdk.logs().ConsoleLogRecordExporter)() } : { otlp },
  );
}

/** With the interval and timeout that NodeSDK gives to a reader of its own. */
function metricReader(
  { processors, exporter, otlp }: SignalSettings,
  sdk: Sdk,
  printed: boolean,
): MetricReader {
  const exportIntervalMillis = getNumberFromEnv('OTEL_METRIC_EXPORT_INTERVAL') ?? 60_000;
  const timeoutMillis = getNumberFromEnv('OTEL_METRIC_EXPORT_TIMEOUT') ?? 30_000;
  return new (sdk.metrics().PeriodicExportingMetricReader)({
    exporter:
      exporter === undefined
        ? new WasmMetricProcessor(
            processors,
            printed ? { exporter: new (sdk.metrics().ConsoleMetricExporter)() } : { otlp },
          )
        : new WasmMetricExporter([...processors, exporter]),
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(timeoutMillis, exportIntervalMillis),
  });
}
