import type { Attributes, HrTime, ValueType } from '@opentelemetry/api';
import type { InstrumentationScope, Resource } from './resource';

/** What a metric reader collects: the metrics of one resource. */
export interface ResourceMetrics {
  resource: Resource;
  scopeMetrics: ScopeMetrics[];
}

export interface ScopeMetrics {
  scope: InstrumentationScope;
  metrics: MetricData[];
}

/** The SDK's enum, by value. */
export const AggregationTemporality = { DELTA: 0, CUMULATIVE: 1 } as const;
export type AggregationTemporality = (typeof AggregationTemporality)[keyof typeof AggregationTemporality];

/** The SDK's enum, by value. */
export const DataPointType = { HISTOGRAM: 0, EXPONENTIAL_HISTOGRAM: 1, GAUGE: 2, SUM: 3 } as const;

/** Fields that all kinds of metrics have. */
export interface Metric<Type extends number, Value> {
  readonly descriptor: {
    readonly name: string;
    readonly description: string;
    readonly unit: string;
    readonly valueType: ValueType;
  };
  readonly aggregationTemporality: AggregationTemporality;
  readonly dataPointType: Type;
  readonly dataPoints: DataPoint<Value>[];
}

/** One metric with its data points: a sum, a gauge, a histogram or an exponential histogram. */
export type MetricData =
  | (Metric<3, number> & { readonly isMonotonic: boolean })
  | Metric<2, number>
  | Metric<0, Histogram>
  | Metric<1, ExponentialHistogram>;

export interface DataPoint<Value> {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: Attributes;
  readonly value: Value;
}

export interface Histogram {
  buckets: { boundaries: number[]; counts: number[] };
  sum?: number;
  count: number;
  min?: number;
  max?: number;
}

export interface ExponentialHistogram {
  count: number;
  sum?: number;
  scale: number;
  zeroCount: number;
  positive: ExponentialBuckets;
  negative: ExponentialBuckets;
  min?: number;
  max?: number;
}

export interface ExponentialBuckets {
  offset: number;
  bucketCounts: number[];
}
