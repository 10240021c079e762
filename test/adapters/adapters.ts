import { type ExportResult } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import {
  type AdapterStats,
  type ConsumerOptions,
  type Guests,
  type RunnerState,
  type Signal,
  type SinkOptions,
  WasmLogRecordExporter,
  WasmLogRecordProcessor,
  WasmMetricExporter,
  WasmMetricProcessor,
  WasmSpanExporter,
  WasmSpanProcessor,
} from '../../src';

/** The common interface of the six adapters. */
export interface AnyAdapter {
  readonly stats: AdapterStats;
  readonly state: RunnerState;
  ready(): Promise<void>;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** An adapter behind a provider of the SDK, as in an app. */
export interface Driven {
  readonly adapter: AnyAdapter;
  /** The results of `export()`, call by call; empty for span and log record processors, which have no such method. */
  readonly results: readonly ExportResult[];
  /** Records one item per name without a flush. */
  make(...names: string[]): void;
  /** Records one item per name as one batch and flushes; rejects like the SDK's flush. */
  record(...names: string[]): Promise<void>;
  /** Shuts down the provider, and with it the adapter. */
  shutdown(): Promise<void>;
}

/** The next consumer of a processor; exporters ignore it. */
export interface Next extends SinkOptions {
  /** An exporter or adapter of the processor's signal. */
  readonly exporter?: unknown;
}

/** One of the six adapters. */
export interface AdapterKind {
  readonly name: string;
  readonly signal: Signal;
  readonly role: 'processor' | 'exporter';
  /** Creates the adapter behind a provider of the SDK. */
  drive(guests: Guests, options?: ConsumerOptions, next?: Next): Driven;
}

const resource = resourceFromAttributes({ 'service.name': 'test' });

interface Exports<Batch> {
  export(batch: Batch, callback: (result: ExportResult) => void): void;
}

/** Records the results of an exporter. */
function resultsOf<Batch>(exporter: Exports<Batch>): ExportResult[] {
  const results: ExportResult[] = [];
  const original = exporter.export.bind(exporter);
  exporter.export = (batch, callback) =>
    original(batch, result => {
      results.push(result);
      callback(result);
    });
  return results;
}

function driveSpans(adapter: AnyAdapter, processor: SpanProcessor, results: ExportResult[]): Driven {
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  const tracer = provider.getTracer('test');
  const make = (...names: string[]): void => names.forEach(name => tracer.startSpan(name).end());
  return {
    adapter,
    results,
    make,
    record: async (...names) => {
      make(...names);
      await processor.forceFlush();
    },
    shutdown: () => provider.shutdown(),
  };
}

function driveLogs(adapter: AnyAdapter, processor: LogRecordProcessor, results: ExportResult[]): Driven {
  const provider = new LoggerProvider({ resource, processors: [processor] });
  const logger = provider.getLogger('test');
  const make = (...names: string[]): void => names.forEach(body => logger.emit({ body }));
  return {
    adapter,
    results,
    make,
    record: async (...names) => {
      make(...names);
      await processor.forceFlush();
    },
    shutdown: () => provider.shutdown(),
  };
}

function driveMetrics(adapter: AnyAdapter & PushMetricExporter): Driven {
  const results = resultsOf(adapter);
  const reader = new PeriodicExportingMetricReader({ exporter: adapter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter('test');
  const make = (...names: string[]): void => names.forEach(name => meter.createCounter(name).add(1));
  return {
    adapter,
    results,
    make,
    record: async (...names) => {
      make(...names);
      await reader.forceFlush();
    },
    shutdown: () => provider.shutdown(),
  };
}

/** Above any batch of a test, so that one call records one batch. */
const ONE_BATCH = { maxExportBatchSize: 10_000, maxQueueSize: 10_000, scheduledDelayMillis: 3_600_000 };

/** Counters of one batch must not appear in the next. */
const DELTA = { temporalityPreference: 'delta' } as const;

export const ADAPTERS: readonly AdapterKind[] = [
  {
    name: 'WasmSpanProcessor',
    signal: 'traces',
    role: 'processor',
    drive: (guests, options, next) => {
      const processor = new WasmSpanProcessor(guests, { ...ONE_BATCH, ...options, ...(next as object) });
      return driveSpans(processor, processor, []);
    },
  },
  {
    name: 'WasmMetricProcessor',
    signal: 'metrics',
    role: 'processor',
    drive: (guests, options, next) =>
      driveMetrics(new WasmMetricProcessor(guests, { ...DELTA, ...options, ...(next as object) })),
  },
  {
    name: 'WasmLogRecordProcessor',
    signal: 'logs',
    role: 'processor',
    drive: (guests, options, next) => {
      const processor = new WasmLogRecordProcessor(guests, { ...ONE_BATCH, ...options, ...(next as object) });
      return driveLogs(processor, processor, []);
    },
  },
  {
    name: 'WasmSpanExporter',
    signal: 'traces',
    role: 'exporter',
    drive: (guests, options) => {
      const exporter = new WasmSpanExporter(guests, options);
      const results = resultsOf(exporter);
      return driveSpans(exporter, new BatchSpanProcessor(exporter, ONE_BATCH), results);
    },
  },
  {
    name: 'WasmMetricExporter',
    signal: 'metrics',
    role: 'exporter',
    drive: (guests, options) => driveMetrics(new WasmMetricExporter(guests, { ...DELTA, ...options })),
  },
  {
    name: 'WasmLogRecordExporter',
    signal: 'logs',
    role: 'exporter',
    drive: (guests, options) => {
      const exporter = new WasmLogRecordExporter(guests, options);
      const results = resultsOf(exporter);
      return driveLogs(exporter, new BatchLogRecordProcessor({ exporter, ...ONE_BATCH }), results);
    },
  },
];

export const PROCESSORS = ADAPTERS.filter(({ role }) => role === 'processor');

/** The exporter of a signal. */
export function exporterOf({ signal }: AdapterKind): AdapterKind {
  return ADAPTERS.filter(kind => kind.role === 'exporter' && kind.signal === signal)[0];
}
