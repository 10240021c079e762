import { ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type ExponentialHistogram,
  type Histogram,
  type MetricData,
  type ResourceMetrics,
} from '../../otel';
import { visitEnvelopes } from './decodeEnvelopes';
import { readNumberPoint, type ReadPoint } from './decodeDataPoints';
import { readExponentialPoint, readHistogramPoint } from './decodeHistogramPoints';
import { readText } from './decodeValue';
import { countIn, METRIC_DATA_LEVEL } from '../bytes';
import type { Reader } from '../wire';
import { MESSAGES } from '../schema';
import { Unrepresented, type Unrepresentable } from './unrepresentable';

/** What {@link decodeMetrics} returns. */
export interface DecodedMetrics {
  readonly resourceMetrics: ResourceMetrics[];
  /** What the SDK's types could not hold. Empty if nothing was lost. */
  readonly unrepresentable: readonly Unrepresentable[];
}

/**
 * Decodes OTLP `MetricsData` into the SDK's types, one ResourceMetrics object per OTLP ResourceMetrics.
 *
 * Integers beyond 2^53 become the nearest double. The result reports what the SDK's types cannot hold: whole data
 * points (summaries, points without a value, an unspecified temporality), and parts of points (exemplars, flags, zero
 * thresholds, metadata, integers among doubles).
 * @param maxMessages limit of embedded messages
 * @throws OtelWasmError `DECODE`, naming the byte, if the bytes are not well-formed OTLP; {@link TooLargeToDecode}
 */
export function decodeMetrics(bytes: Uint8Array, maxMessages?: number): DecodedMetrics {
  const resourceMetrics: ResourceMetrics[] = [];
  const unrepresented = new Unrepresented();
  visitEnvelopes(
    bytes,
    {
      resource: resource => resourceMetrics.push({ resource, scopeMetrics: [] }),
      scope: scope => resourceMetrics[resourceMetrics.length - 1].scopeMetrics.push({ scope, metrics: [] }),
      item: reader => {
        const metric = readMetric(reader, unrepresented);
        const { scopeMetrics } = resourceMetrics[resourceMetrics.length - 1];
        if (metric) scopeMetrics[scopeMetrics.length - 1].metrics.push(metric);
      },
    },
    maxMessages,
  );
  return { resourceMetrics, unrepresentable: unrepresented.report() };
}

/** A Gauge, Sum, Histogram or ExponentialHistogram that is being read. */
interface Data {
  /** Field of Metric. */
  readonly field: number;
  readonly points: DataPoint<unknown>[];
  temporality: number;
  isMonotonic: boolean;
  /** Number of integer points; of double points. */
  integers: number;
  doubles: number;
}

/**
 * | field | Metric | |
 * | --- | --- | --- |
 * | 1 | name | string |
 * | 2 | description | string |
 * | 3 | unit | string |
 * | 5 | gauge | Gauge |
 * | 7 | sum | Sum |
 * | 9 | histogram | Histogram |
 * | 10 | exponential_histogram | ExponentialHistogram |
 * | 11 | summary | Summary: not representable |
 * | 12 | metadata | repeated KeyValue: not representable |
 */
function readMetric(reader: Reader, unrepresented: Unrepresented): MetricData | undefined {
  const outer = reader.enter();
  let name = '';
  let description = '';
  let unit = '';
  let data: Data | undefined;
  let hasMetadata = false;
  while (reader.more()) {
    const start = reader.position;
    const tag = reader.tag();
    switch (tag) {
      case 0x0a:
        name = readText(reader);
        break;
      case 0x12:
        description = readText(reader);
        break;
      case 0x1a:
        unit = readText(reader);
        break;
      case 0x2a:
      case 0x3a:
      case 0x4a:
      case 0x52:
      case 0x5a:
        data ??= newData(tag >>> 3);
        if (data.field !== tag >>> 3) reader.fail('a metric with data of two kinds', start);
        if (tag === 0x5a) countSummary(reader, unrepresented);
        else readData(reader, data, unrepresented);
        break;
      case 0x62:
        hasMetadata = true;
        reader.skip(tag);
        break;
      default:
        reader.skipIn(MESSAGES.metric, tag);
    }
  }
  reader.leave(outer);
  if (!data || data.field === 11) return undefined;
  if (data.field !== 5 && data.temporality !== 1 && data.temporality !== 2) {
    unrepresented.add('no aggregation temporality', data.points.length, true);
    return undefined;
  }
  if (hasMetadata) unrepresented.add('metric metadata', data.points.length, false);
  if (data.doubles > 0) unrepresented.add('integers among doubles', data.integers, false);
  const valueType = data.doubles > 0 || data.field > 7 ? ValueType.DOUBLE : ValueType.INT;
  return metricOf(data, { name, description, unit, valueType });
}

function newData(field: number): Data {
  return { field, points: [], temporality: 0, isMonotonic: false, integers: 0, doubles: 0 };
}

function countSummary(reader: Reader, unrepresented: Unrepresented): void {
  const outer = reader.enter();
  unrepresented.add('summary', countIn(reader, METRIC_DATA_LEVEL), true);
  reader.leave(outer);
}

const READERS: Readonly<Record<number, ReadPoint>> = {
  5: readNumberPoint,
  7: readNumberPoint,
  9: readHistogramPoint,
  10: readExponentialPoint,
};
const DATA_MESSAGES: Readonly<Record<number, (typeof MESSAGES)[keyof typeof MESSAGES]>> = {
  5: MESSAGES.gauge,
  7: MESSAGES.sum,
  9: MESSAGES.histogram,
  10: MESSAGES.exponentialHistogram,
};

/**
 * | field | Gauge | Sum | Histogram, ExponentialHistogram |
 * | --- | --- | --- | --- |
 * | 1 | repeated NumberDataPoint | repeated NumberDataPoint | repeated data points |
 * | 2 | | aggregation_temporality | aggregation_temporality |
 * | 3 | | is_monotonic | |
 */
function readData(reader: Reader, data: Data, unrepresented: Unrepresented): void {
  const outer = reader.enter();
  const message = DATA_MESSAGES[data.field];
  const readPoint = READERS[data.field];
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x0a) readPoint(reader, data, unrepresented);
    else if (tag === 0x10 && data.field !== 5) data.temporality = reader.uint32();
    else if (tag === 0x18 && data.field === 7) data.isMonotonic = reader.bool();
    else reader.skipIn(message, tag);
  }
  reader.leave(outer);
}

function metricOf(data: Data, descriptor: MetricData['descriptor']): MetricData {
  const aggregationTemporality =
    data.temporality === 1 ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
  const base = { descriptor, aggregationTemporality };
  switch (data.field) {
    case 5:
      return { ...base, dataPointType: DataPointType.GAUGE, dataPoints: data.points as DataPoint<number>[] };
    case 7: {
      const { isMonotonic, points } = data;
      return {
        ...base,
        dataPointType: DataPointType.SUM,
        isMonotonic,
        dataPoints: points as DataPoint<number>[],
      };
    }
    case 9:
      return {
        ...base,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: data.points as DataPoint<Histogram>[],
      };
    default:
      return {
        ...base,
        dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
        dataPoints: data.points as DataPoint<ExponentialHistogram>[],
      };
  }
}
