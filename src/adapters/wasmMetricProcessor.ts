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
   * The destination of results. A PushMetricExporter gets decoded metrics; an adapter of this package gets the bytes
   * unchanged. Default: OTLP/HTTP protobuf to `OTEL_EXPORTER_OTLP_*`, with the guest's bytes unchanged.
   */
  readonly exporter?: ExporterOption<'metrics', PushMetricExporter>;
  /**
   * The temporality that the SDK should report. Default: that of `exporter`; over OTLP/HTTP
   * `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`, else `cumulative`.
   */
  readonly temporalityPreference?: TemporalityPreference;
}

/**
 * A PushMetricExporter, for any metric reader, that passes collected metrics through a guest and sends the result to
 * the next consumer. It asks the reader for the temporality and aggregation that the next consumer prefers.
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

  /** Never throws. Calls back when the guest and the next consumer have finished. */
  export(metrics: ResourceMetrics, callback: (result: ExportResult) => void): void {
    const { encode } = METRICS;
    exportBatch({ pipeline: this.pipeline, encode, guestFailureFails: false }, metrics, callback);
  }

  /** The reader calls this when it is created: sums since the start, or since the last collection. */
  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality {
    return this.#selection.temporality(instrumentType);
  }

  /** The reader calls this when it is created: how measurements of an instrument are aggregated. */
  selectAggregation(instrumentType: InstrumentType): AggregationOption {
    return this.#selection.aggregation(instrumentType);
  }
}
