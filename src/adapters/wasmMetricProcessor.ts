import type {
  ExportResult,
  AggregationOption,
  AggregationTemporality,
  InstrumentType,
  PushMetricExporter,
  ResourceMetrics,
} from '../otel';
import {
  CONSUMER_OPTION_NAMES,
  type ConsumerOptions,
  createPipeline,
  type Guests,
  assertKnownOptions,
  SINK_OPTION_NAMES,
  type SinkOptions,
} from '../pipeline';
import { Adapter } from './adapter';
import { type ExporterOption, createSink } from './exporterOption';
import { exportBatch } from './batching';
import { type MetricSelection, selectionFor, type TemporalityPreference } from './metricSelection';
import { METRICS } from './signals';

/** Options of {@link WasmMetricProcessor}. */
export interface WasmMetricProcessorOptions extends ConsumerOptions, SinkOptions {
  /**
   * Where results go. Any PushMetricExporter gets decoded metrics; an adapter of this package gets the bytes as they are.
   * Default: OTLP/HTTP protobuf to `OTEL_EXPORTER_OTLP_*`, the guest's bytes as they are.
   */
  readonly exporter?: ExporterOption<'metrics', PushMetricExporter>;
  /**
   * Temporality asked of the SDK. Default: what `exporter` asks for; over OTLP/HTTP
   * `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`, else `cumulative`.
   */
  readonly temporalityPreference?: TemporalityPreference;
}

/**
 * A PushMetricExporter, for any metric reader, that puts what was collected through a guest and hands on what it returns.
 * It asks the reader for the temporality and aggregation that the next consumer wants.
 */
export class WasmMetricProcessor extends Adapter<'metrics'> {
  readonly #selection: MetricSelection;

  /**
   * Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline
   * also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmMetricProcessorOptions = {}) {
    assertKnownOptions(options, [...CONSUMER_OPTION_NAMES, ...SINK_OPTION_NAMES, 'temporalityPreference']);
    const selection = selectionFor(options.temporalityPreference, options.exporter);
    const sink = createSink('metrics', options.exporter, options.otlp, METRICS.decode);
    super('metrics', createPipeline('processor', 'metrics', guests, sink, options, 'WasmMetricProcessor'));
    this.#selection = selection;
  }

  /** Never throws; calls back when guest and next consumer are through. */
  export(metrics: ResourceMetrics, callback: (result: ExportResult) => void): void {
    const { encode } = METRICS;
    exportBatch({ pipeline: this.pipeline, encode, guestFailureFails: false }, metrics, callback);
  }

  /** What the reader asks when it is made: sums since the start, or since the last collection. */
  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality {
    return this.#selection.temporality(instrumentType);
  }

  /** What the reader asks when it is made: how measurements of an instrument are aggregated. */
  selectAggregation(instrumentType: InstrumentType): AggregationOption {
    return this.#selection.aggregation(instrumentType);
  }
}
