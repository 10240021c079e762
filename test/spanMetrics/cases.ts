/** Configurations of the guest and batches of spans, the same in every run. */
import { seeded } from '../support/seeded';

/** Configuration of `otelwasm:span-metrics`, and how its metrics are reported. */
export interface SpanMetricsCase {
  readonly temporality: 'delta' | 'cumulative';
  readonly config: {
    readonly dimensions?: readonly (string | { readonly name: string; readonly default?: string })[];
    readonly excludeDimensions?: readonly string[];
    readonly histogram: {
      readonly unit: 's' | 'ms';
      readonly buckets?: readonly number[];
      readonly exponential?: true;
      readonly maxSize?: number;
    };
    readonly exemplars: number;
    readonly maxSeries: number;
  };
  /** OTLP JSON. */
  readonly batches: readonly { readonly resourceSpans: object[] }[];
}

const BATCHES = 20;
const MANY = 1_000_000;
const MILLIS = [2, 10, 50, 200, 1_000, 5_000];
const HTTP = ['http.route', { name: 'http.response.status_code' }, { name: 'tier', default: 'none' }];

const plain = { histogram: { unit: 'ms', buckets: MILLIS }, exemplars: 0, maxSeries: MANY } as const;
const exponential = { unit: 's', exponential: true } as const;

const CONFIGS: readonly Omit<SpanMetricsCase, 'batches'>[] = [
  { temporality: 'cumulative', config: plain },
  { temporality: 'delta', config: plain },
  { temporality: 'cumulative', config: { ...plain, dimensions: HTTP } },
  {
    temporality: 'delta',
    config: { ...plain, dimensions: ['host.name', 'weight', 'cached'], excludeDimensions: ['span.name'] },
  },
  { temporality: 'delta', config: { ...plain, exemplars: 3 } },
  { temporality: 'cumulative', config: { ...plain, histogram: exponential } },
  { temporality: 'delta', config: { ...plain, histogram: { ...exponential, maxSize: 20 }, exemplars: 1 } },
  { temporality: 'cumulative', config: { ...plain, dimensions: HTTP, maxSeries: 5 } },
  {
    temporality: 'delta',
    config: { ...plain, dimensions: HTTP, maxSeries: 3, exemplars: 2, histogram: { unit: 's', buckets: [] } },
  },
  {
    temporality: 'cumulative',
    config: {
      ...plain,
      histogram: { unit: 's', exponential: true, maxSize: 2 },
      excludeDimensions: ['service.name', 'span.kind', 'status.code'],
    },
  },
];

/** All cases: 200 batches. */
export function spanMetricsCases(): SpanMetricsCase[] {
  return CONFIGS.map((one, index) => {
    const below = seeded(index + 1);
    return { ...one, batches: Array.from({ length: BATCHES }, () => batch(below)) };
  });
}

type Below = (limit: number) => number;

function batch(below: Below): { readonly resourceSpans: object[] } {
  return { resourceSpans: Array.from({ length: 1 + below(2) }, () => resourceSpans(below)) };
}

function resourceSpans(below: Below): object {
  const resource = { 'service.name': `service-${below(2)}`, ...(below(2) === 0 && { 'host.name': 'a' }) };
  return {
    resource: { attributes: attributes(resource) },
    scopeSpans: Array.from({ length: 1 + below(2) }, (_, index) => ({
      scope: { name: `scope-${index}` },
      spans: Array.from({ length: below(12) }, () => span(below)),
    })),
  };
}

function span(below: Below): object {
  const start = 1_700_000_000_000_000_000n + BigInt(below(1e9));
  // Of all sizes, whole milliseconds among them, which are bounds; none, and less than none.
  const nanos = [
    () => BigInt(below(1_000_000)),
    () => BigInt(below(1_000)) * 1_000_000n,
    () => BigInt(MILLIS[below(MILLIS.length)]) * 1_000_000n,
    () => 2n ** BigInt(below(36)),
    () => BigInt(below(2 ** 31)) * 8n,
    () => 0n,
    () => -5n,
  ][below(7)]();
  const own: Record<string, unknown> = {};
  if (below(2) === 0) own['http.route'] = `/r${below(3)}`;
  if (below(2) === 0) own['http.response.status_code'] = [200, 404, 500][below(3)];
  if (below(3) === 0) own.tier = ['gold', ''][below(2)];
  if (below(3) === 0) own.weight = below(3) / 4 + 0.125;
  if (below(3) === 0) own.cached = below(2) === 0;
  if (below(4) === 0) own['host.name'] = 'b';
  return {
    ...{ traceId: hex(below, 32), spanId: hex(below, 16), name: `GET ${below(3)}`, kind: below(6) },
    ...{ startTimeUnixNano: String(start), endTimeUnixNano: String(start + nanos) },
    attributes: attributes(own),
    status: below(2) === 0 ? {} : { code: below(3) },
  };
}

const hex = (below: Below, digits: number): string =>
  Array.from({ length: digits }, () => (1 + below(15)).toString(16)).join('');

function attributes(values: object): object[] {
  return Object.entries(values).map(([key, value]: [string, unknown]) => {
    if (typeof value === 'string') return { key, value: { stringValue: value } };
    if (typeof value === 'boolean') return { key, value: { boolValue: value } };
    return {
      key,
      value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value },
    };
  });
}

/** The same configuration as the Collector's connector has it. */
export function collectorConfig({ config, temporality }: SpanMetricsCase): object {
  const { dimensions = [], excludeDimensions = [], histogram, exemplars, maxSeries } = config;
  const { unit, buckets, maxSize = 160 } = histogram;
  return {
    dimensions: dimensions.map(one => (typeof one === 'string' ? { name: one } : one)),
    // Which Collector it was is not among the guest's dimensions.
    exclude_dimensions: [...excludeDimensions, 'collector.instance.id'],
    aggregation_temporality: `AGGREGATION_TEMPORALITY_${temporality.toUpperCase()}`,
    histogram:
      buckets === undefined
        ? { unit, exponential: { max_size: maxSize } }
        : { unit, explicit: { buckets: buckets.map(bound => `${bound}${unit}`) } },
    exemplars: { enabled: exemplars > 0, max_per_data_point: exemplars },
    aggregation_cardinality_limit: maxSeries === MANY ? 0 : maxSeries,
  };
}
