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
import { countUnsent, isSampled, type Unsent } from './unsent';

/** Options of NodeSDK for the signals that have guests. */
export interface Adapters {
  spanProcessors?: SpanProcessor[];
  metricReaders?: MetricReader[];
  /** The first metric reader, for @opentelemetry/sdk-node before 0.204, which does not know `metricReaders`. */
  metricReader?: MetricReader;
  logRecordProcessors?: LogRecordProcessor[];
}

/** The adapters of one signal. `unsent` counts waiting items by their name. */
type Made = Adapters & { readonly unsent: Readonly<Record<string, Unsent>> };

type Create = (settings: SignalSettings, sdk: Sdk, printed: boolean) => Made;

const CREATE: Readonly<Record<Signal, Create>> = {
  traces: spanProcessor,
  // The number of points in the next collection is unknown.
  metrics: (settings, sdk, printed) => {
    const reader = metricReader(settings, sdk, printed);
    return { metricReaders: [reader], metricReader: reader, unsent: {} };
  },
  logs: logRecordProcessor,
};

/** The destination of each signal's results. */
export type NextExporters = Partial<Record<Signal, Exclude<NextExporter, 'none'>>>;

/** Options that keep NodeSDK from creating anything for these signals. */
export function noAdapters(signals: readonly Signal[]): Adapters {
  return {
    ...(signals.includes('traces') && { spanProcessors: [] }),
    ...(signals.includes('metrics') && { metricReaders: [] }),
    ...(signals.includes('logs') && { logRecordProcessors: [] }),
  };
}

/** Exactly the parts that the provider of each signal must contain, in arrays that other code cannot change. */
export function partsOf(adapters: Adapters): Readonly<Record<Signal, readonly object[]>> {
  const { spanProcessors = [], metricReaders = [], logRecordProcessors = [] } = adapters;
  return { traces: [...spanProcessors], metrics: [...metricReaders], logs: [...logRecordProcessors] };
}

/**
 * Loads the guests of the signals that have a next exporter. NodeSDK handles all other signals. Throws OtelWasmError
 * like the adapters' constructors.
 */
export function createAdapters(
  settings: Partial<Record<Signal, SignalSettings>>,
  sdk: Sdk,
  next: NextExporters,
): { readonly adapters: Adapters; readonly unsent: Readonly<Record<string, Unsent>> } {
  const adapters: Adapters = {};
  const unsent: Record<string, Unsent> = {};
  for (const signal of SIGNALS) {
    const ofSignal = settings[signal];
    if (ofSignal === undefined || next[signal] === undefined) continue;
    const { unsent: ofAdapters, ...made } = CREATE[signal](ofSignal, sdk, next[signal] === 'console');
    Object.assign(adapters, made);
    Object.assign(unsent, ofAdapters);
  }
  return { adapters, unsent };
}

function spanProcessor({ processors, exporter, otlp }: SignalSettings, sdk: Sdk, printed: boolean): Made {
  if (exporter !== undefined) {
    const guests = new WasmSpanExporter([...processors, exporter]);
    const batches = new (sdk.trace().BatchSpanProcessor)({ exporter: guests });
    return { spanProcessors: [batches], unsent: { spans: countUnsent(batches, guests, isSampled) } };
  }
  const guests = new WasmSpanProcessor(
    processors,
    printed ? { exporter: new (sdk.trace().ConsoleSpanExporter)() } : { otlp },
  );
  return { spanProcessors: [guests], unsent: { spans: countUnsent(guests, guests, isSampled) } };
}

function logRecordProcessor(
  { processors, exporter, otlp }: SignalSettings,
  sdk: Sdk,
  printed: boolean,
): Made {
  if (exporter !== undefined) {
    const guests = new WasmLogRecordExporter([...processors, exporter]);
    const batches = new (sdk.logs().BatchLogRecordProcessor)({ exporter: guests });
    return { logRecordProcessors: [batches], unsent: { 'log records': countUnsent(batches, guests) } };
  }
  const guests = new WasmLogRecordProcessor(
    processors,
    printed ? { exporter: new (sdk.logs().ConsoleLogRecordExporter)() } : { otlp },
  );
  return { logRecordProcessors: [guests], unsent: { 'log records': countUnsent(guests, guests) } };
}

/** Uses the interval and timeout of NodeSDK's own reader. */
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
