import type { ExportResult } from '@opentelemetry/core';
import type {
  AggregationTemporality,
  InstrumentType,
  PushMetricExporter,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { leaseMetrics } from '../otlp';
import {
  CONSUMER_OPTION_NAMES,
  type ConsumerOptions,
  createPipeline,
  type Guests,
  knownOptions,
} from '../pipeline';
import { discardSink } from '../sink';
import { Adapter } from './adapter';
import { exportInto } from './batching';
import { type MetricSelection, selectionFor, type TemporalityPreference } from './metricSelection';

/** Options of {@link WasmMetricExporter}. */
export interface WasmMetricExporterOptions extends ConsumerOptions {
  /** Temporality asked of the SDK. Default `cumulative`. */
  readonly temporalityPreference?: TemporalityPreference;
}

/** A PushMetricExporter whose guest is the end of the line: what the guest answers is the result of the export. */
export class WasmMetricExporter extends Adapter<'metrics'> implements PushMetricExporter {
  readonly #selection: MetricSelection;

  /**
   * Of a chain, the last guest is the exporter and those before it are processors. Throws OtelWasmError:
   * `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmMetricExporterOptions = {}) {
    knownOptions(options, [...CONSUMER_OPTION_NAMES, 'temporalityPreference']);
    const selection = selectionFor(options.temporalityPreference ?? 'cumulative', undefined);
    super(
      'metrics',
      createPipeline('exporter', 'metrics', guests, discardSink, options, 'WasmMetricExporter'),
    );
    this.#selection = selection;
  }

  /** Never throws; calls back with the guest's answer: an OtelWasmError when it did not take the metrics. */
  export(metrics: ResourceMetrics, callback: (result: ExportResult) => void): void {
    exportInto(this.pipeline, metrics, leaseMetrics, callback, true);
  }

  /** What the reader asks when it is made: sums since the start, or since the last collection. */
  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality {
    return this.#selection.temporality(instrumentType);
  }
}
