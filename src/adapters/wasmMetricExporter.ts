import type { AggregationTemporality, InstrumentType, ResourceMetrics } from '../otel';
import type { ConsumerOptions, Guests } from '../pipeline';
import { GuestExporter } from './guestExporter';
import { type MetricSelection, selectionFor, type TemporalityPreference } from './metricSelection';
import { METRICS } from './signals';

/** Options of {@link WasmMetricExporter}. */
export interface WasmMetricExporterOptions extends ConsumerOptions {
  /**
   * Temporality asked of the SDK.
   * @default 'cumulative'
   */
  readonly temporalityPreference?: TemporalityPreference;
}

/** A PushMetricExporter whose guest is the end of the line: what the guest answers is the result of the export. */
export class WasmMetricExporter extends GuestExporter<'metrics', ResourceMetrics> {
  readonly #selection: MetricSelection;

  /**
   * Of a chain, the last guest is the exporter and those before it are processors. Throws OtelWasmError:
   * `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmMetricExporterOptions = {}) {
    const selection = selectionFor(options?.temporalityPreference ?? 'cumulative', undefined);
    super('WasmMetricExporter', METRICS, guests, options, ['temporalityPreference']);
    this.#selection = selection;
  }

  /** What the reader asks when it is made: sums since the start, or since the last collection. */
  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality {
    return this.#selection.temporality(instrumentType);
  }
}
