import type { AggregationTemporality, InstrumentType, ResourceMetrics } from '../otel';
import type { ConsumerOptions, Guests } from '../pipeline';
import { GuestExporter } from './guestExporter';
import { type MetricSelection, selectionFor, type TemporalityPreference } from './metricSelection';
import { METRICS } from './signals';

/** Options of {@link WasmMetricExporter}. */
export interface WasmMetricExporterOptions extends ConsumerOptions {
  /**
   * The temporality that the SDK should report.
   * @default 'cumulative'
   */
  readonly temporalityPreference?: TemporalityPreference;
}

/** A PushMetricExporter whose guest is the destination: the guest's status is the result of the export. */
export class WasmMetricExporter extends GuestExporter<'metrics', ResourceMetrics> {
  readonly #selection: MetricSelection;

  /**
   * In a chain, the last guest is the exporter and the others are processors. Throws OtelWasmError: `INVALID_OPTION`,
   * `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmMetricExporterOptions = {}) {
    const selection = selectionFor(options?.temporalityPreference ?? 'cumulative', undefined);
    super('WasmMetricExporter', METRICS, guests, options, ['temporalityPreference']);
    this.#selection = selection;
  }

  /** The reader calls this when it is created: sums since the start, or since the last collection. */
  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality {
    return this.#selection.temporality(instrumentType);
  }
}
