import { define, type FunctionSpec, type Literal } from './spec';

const METRIC = ['metric'];
const DATA_POINT = ['datapoint'];

const temporality = ([text]: readonly Literal[]): string | undefined =>
  text === 'delta' || text === 'cumulative'
    ? undefined
    : `the temporality must be "delta" or "cumulative", not "${String(text)}"`;

const SUMMARY_TO_SUM = 'string_agg_temp: textLiteral, monotonic: boolLiteral, suffix?: textLiteral';
const EXTRACT = 'monotonic: boolLiteral, suffix?: textLiteral';

const AGGREGATIONS = ['sum', 'mean', 'min', 'max', 'median', 'count'];
const SPREADS = ['', 'upper', 'midpoint', 'random', 'uniform'];

const aggregation = ([name]: readonly Literal[]): string | undefined =>
  AGGREGATIONS.includes(String(name))
    ? undefined
    : `the aggregation must be one of ${AGGREGATIONS.join(', ')}, not "${String(name)}"`;

/** Editors that are available only in statements about metrics or data points. */
export const METRIC_FUNCTIONS: readonly FunctionSpec[] = [
  define('aggregate_on_attributes', 'aggregation_function: textLiteral, attributes?: textLiteral[]', {
    contexts: METRIC,
    check: aggregation,
  }),
  define(
    'aggregate_on_attribute_value',
    'aggregation_function: textLiteral, attribute: textLiteral, values: textLiteral[], new_value: textLiteral',
    { contexts: METRIC, check: aggregation },
  ),
  define(
    'convert_exponential_histogram_to_histogram',
    'distribution_fn: textLiteral, explicit_bounds: doubleLiteral[]',
    {
      contexts: METRIC,
      check: ([spread], given) => {
        if (!SPREADS.includes(String(spread)))
          return `the distribution must be one of ${SPREADS.slice(1).join(', ')}, not "${String(spread)}"`;
        return given[1] === 0 ? 'there must be at least one bound' : undefined;
      },
    },
  ),
  define('extract_percentile_metric', 'percentile: doubleLiteral, suffix?: textLiteral', {
    contexts: METRIC,
    check: ([percentile]) =>
      Number(percentile) > 0 && Number(percentile) < 100
        ? undefined
        : `the percentile must be above 0 and below 100, not ${String(percentile)}`,
  }),
  define('convert_gauge_to_sum', 'string_agg_temp: textLiteral, monotonic: boolLiteral', {
    contexts: METRIC,
    check: temporality,
  }),
  define('convert_sum_to_gauge', '', { contexts: METRIC }),
  define('convert_summary_count_val_to_sum', SUMMARY_TO_SUM, { contexts: DATA_POINT, check: temporality }),
  define('convert_summary_quantile_val_to_gauge', 'attribute_key?: textLiteral, suffix?: textLiteral', {
    contexts: METRIC,
  }),
  define('convert_summary_sum_val_to_sum', SUMMARY_TO_SUM, { contexts: DATA_POINT, check: temporality }),
  define('copy_metric', 'name?: text, description?: text, unit?: text', { contexts: METRIC }),
  define('extract_count_metric', EXTRACT, { contexts: METRIC }),
  define('extract_sum_metric', EXTRACT, { contexts: METRIC }),
  define('merge_histogram_buckets', 'target_value: doubleLike, method?: textLiteral', {
    contexts: DATA_POINT,
    check: ([target, method = 'remove_explicit_bound']) => {
      if (method !== 'remove_explicit_bound' && method !== 'limit_buckets')
        return `the method must be "remove_explicit_bound" or "limit_buckets", not "${String(method)}"`;
      const isWrong =
        target !== undefined && method === 'limit_buckets' && !/^[1-9]\d*(\.0)?$/.test(String(target));
      return isWrong ? 'the number of buckets must be a whole number above 0' : undefined;
    },
  }),
  define('scale_metric', 'multiplier: doubleLiteral, unit?: text', { contexts: METRIC }),
];
