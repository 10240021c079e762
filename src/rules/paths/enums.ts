import type { Context } from './contexts';

const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

type Symbols = Readonly<Record<string, number>>;

const ENUMS: Readonly<Record<string, Symbols>> = {
  span: {
    SPAN_KIND_UNSPECIFIED: 0,
    SPAN_KIND_INTERNAL: 1,
    SPAN_KIND_SERVER: 2,
    SPAN_KIND_CLIENT: 3,
    SPAN_KIND_PRODUCER: 4,
    SPAN_KIND_CONSUMER: 5,
    STATUS_CODE_UNSET: 0,
    STATUS_CODE_OK: 1,
    STATUS_CODE_ERROR: 2,
  },
  metric: {
    AGGREGATION_TEMPORALITY_UNSPECIFIED: 0,
    AGGREGATION_TEMPORALITY_DELTA: 1,
    AGGREGATION_TEMPORALITY_CUMULATIVE: 2,
    METRIC_DATA_TYPE_NONE: 0,
    METRIC_DATA_TYPE_GAUGE: 1,
    METRIC_DATA_TYPE_SUM: 2,
    METRIC_DATA_TYPE_HISTOGRAM: 3,
    METRIC_DATA_TYPE_EXPONENTIAL_HISTOGRAM: 4,
    METRIC_DATA_TYPE_SUMMARY: 5,
  },

  log: {
    SEVERITY_NUMBER_UNSPECIFIED: 0,
    ...Object.fromEntries(
      SEVERITIES.flatMap((name, index) =>
        [1, 2, 3, 4].map(step => [`SEVERITY_NUMBER_${name}${step === 1 ? '' : step}`, 4 * index + step]),
      ),
    ),
  },
};

const FLAGS: Symbols = { FLAG_NONE: 0, FLAG_NO_RECORDED_VALUE: 1 };
const NONE: Symbols = {};

/** The symbols that are available in a context, with their numbers. */
export function symbolsOf({ name }: Context): Symbols {
  if (name === 'datapoint') return { ...FLAGS, ...ENUMS.metric };
  if (name === 'spanevent') return ENUMS.span;
  return Object.hasOwn(ENUMS, name) ? ENUMS[name] : NONE;
}
