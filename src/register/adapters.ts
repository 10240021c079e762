import { getNumberFromEnv } from '@opentelemetry/core';
import {
  BatchLogRecordProcessor,
  ConsoleLogRecordExporter,
  type LogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  ConsoleMetricExporter,
  type MetricReader,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, ConsoleSpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
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
import { nextExporterOf } from './nextExporter';

/** What NodeSDK takes for the signals that have guests. */
export interface Adapters {
  spanProcessors?: SpanProcessor[];
  metricReaders?: MetricReader[];
  logRecordProcessors?: LogRecordProcessor[];
}

type Create = (settings: SignalSettings, printed: boolean) => Adapters;

const CREATE: Readonly<Record<Signal, Create>> = {
  traces: (settings, printed) => ({ spanProcessors: [spanProcessor(settings, printed)] }),
  metrics: (settings, printed) => ({ metricReaders: [metricReader(settings, printed)] }),
  logs: (settings, printed) => ({ logRecordProcessors: [logRecordProcessor(settings, printed)] }),
};

/**
 * Loads the guests of all signals but those whose exporter is `none`, which are left to NodeSDK. Throws OtelWasmError as the
 * adapters' constructors do.
 * @param tell takes lines for people about settings that cannot be kept to
 */
export function createAdapters(
  settings: Partial<Record<Signal, SignalSettings>>,
  tell: (line: string) => void,
): Adapters {
  const adapters: Adapters = {};
  for (const signal of SIGNALS) {
    const ofSignal = settings[signal];
    if (ofSignal === undefined) continue;
    const next = nextExporterOf(signal, ofSignal, tell);
    if (next !== 'none') Object.assign(adapters, CREATE[signal](ofSignal, next === 'console'));
  }
  return adapters;
}

function spanProcessor({ processors, exporter, otlp }: SignalSettings, printed: boolean): SpanProcessor {
  if (exporter !== undefined)
    return new BatchSpanProcessor({ exporter: new WasmSpanExporter([...processors, exporter]) });
  return new WasmSpanProcessor(processors, printed ? { exporter: new ConsoleSpanExporter() } : { otlp });
}

function logRecordProcessor(
  { processors, exporter, otlp }: SignalSettings,
  printed: boolean,
): LogRecordProcessor {
  if (exporter !== undefined)
    return new BatchLogRecordProcessor({ exporter: new WasmLogRecordExporter([...processors, exporter]) });
  return new WasmLogRecordProcessor(
    processors,
    printed ? { exporter: new ConsoleLogRecordExporter() } : { otlp },
  );
}

/** With the interval and timeout that NodeSDK gives to a reader of its own. */
function metricReader({ processors, exporter, otlp }: SignalSettings, printed: boolean): MetricReader {
  const exportIntervalMillis = getNumberFromEnv('OTEL_METRIC_EXPORT_INTERVAL') ?? 60_000;
  const timeoutMillis = getNumberFromEnv('OTEL_METRIC_EXPORT_TIMEOUT') ?? 30_000;
  return new PeriodicExportingMetricReader({
    exporter:
      exporter === undefined
        ? new WasmMetricProcessor(processors, printed ? { exporter: new ConsoleMetricExporter() } : { otlp })
        : new WasmMetricExporter([...processors, exporter]),
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(timeoutMillis, exportIntervalMillis),
  });
}
