import {
  type AggregationOption,
  AggregationTemporality,
  getStringFromEnv,
  type InstrumentType,
  type PushMetricExporter,
  warnAboutSetting,
} from '../otel';
import { invalid } from '../pipeline';

/**
 * Temporality of sums and histograms: since the start, since the last report, or whichever needs the least memory.
 */
export type TemporalityPreference = 'cumulative' | 'delta' | 'lowmemory';

/** What a metric reader asks its exporter for when it is created. */
export interface MetricSelection {
  readonly temporality: (instrumentType: InstrumentType) => AggregationTemporality;
  readonly aggregation: (instrumentType: InstrumentType) => AggregationOption;
}

const { CUMULATIVE, DELTA } = AggregationTemporality;
/** The SDK's AggregationType.DEFAULT: the default of the instrument. */
const DEFAULT_AGGREGATION = 0;

/** Instruments that a preference reports as deltas (OTLP exporter specification, temporality preference). */
const REPORTED_AS_DELTA: Readonly<Record<TemporalityPreference, readonly InstrumentType[]>> = {
  cumulative: [],
  delta: ['COUNTER', 'OBSERVABLE_COUNTER', 'GAUGE', 'OBSERVABLE_GAUGE', 'HISTOGRAM'],
  lowmemory: ['COUNTER', 'HISTOGRAM'],
};

/**
 * Selects temporality and aggregation for the reader: the given preference, else that of the next exporter, else the
 * environment's preference for OTLP. Throws `INVALID_OPTION` for an unknown preference.
 */
export function selectionFor(
  preference: TemporalityPreference | undefined,
  exporter: object | undefined,
): MetricSelection {
  if (preference !== undefined && !Object.hasOwn(REPORTED_AS_DELTA, preference)) {
    throw invalid('temporalityPreference', preference, '"cumulative", "delta" or "lowmemory"');
  }
  const next: Partial<PushMetricExporter> = exporter ?? {};
  const asked = next.selectAggregationTemporality?.bind(next);
  const reportedAsDelta =
    REPORTED_AS_DELTA[preference ?? (exporter === undefined ? fromEnvironment() : 'cumulative')];
  return {
    temporality:
      preference === undefined && asked !== undefined
        ? asked
        : instrumentType => (reportedAsDelta.includes(instrumentType) ? DELTA : CUMULATIVE),
    aggregation: next.selectAggregation?.bind(next) ?? (() => ({ type: DEFAULT_AGGREGATION })),
  };
}

const VARIABLE = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';

function fromEnvironment(): TemporalityPreference {
  const value = getStringFromEnv(VARIABLE)?.toLowerCase() ?? 'cumulative';
  if (Object.hasOwn(REPORTED_AS_DELTA, value)) return value as TemporalityPreference;
  warnAboutSetting(`${VARIABLE} is "${value}": allowed are cumulative, delta, lowmemory; using cumulative`);
  return 'cumulative';
}
