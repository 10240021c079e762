import { ValueType } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType, type MetricData, type ResourceMetrics } from '../../otel';
import { checkBatchSize, type OnLostItem, writeResource, writeScope } from './encodeEnvelopes';
import { writeCount } from './encodeFields';
import {
  writeDoublePoint,
  writeExponentialPoint,
  writeHistogramPoint,
  writeIntPoint,
} from './encodeDataPoints';
import { copyOut, type EncodedBatch, lease } from './encodeBuffer';
import type { Writer } from '../wire';

const EXPECTED_POINT_BYTES = 120;

/**
 * Encodes what a metric reader collected as OTLP `MetricsData`.
 *
 * An attribute value that OTLP cannot hold is left out. A value that does not fit an integer metric (NaN, a fraction,
 * 2^63) is written as a double. Invalid counts become 0.
 * @param onLost called for each data point that is left out because its own getters throw
 * @returns bytes that share no memory with others
 */
export function encodeMetrics(resourceMetrics: ResourceMetrics, onLost?: OnLostItem): Uint8Array {
  return copyOut(writer => writeResourceMetrics(writer, resourceMetrics, onLost));
}

/** {@link encodeMetrics} into a buffer that can be released for reuse. */
export function leaseMetrics(resourceMetrics: ResourceMetrics, onLost?: OnLostItem): EncodedBatch {
  return lease(writer => writeResourceMetrics(writer, resourceMetrics, onLost));
}

/**
 * | field | MetricsData | ResourceMetrics | ScopeMetrics |
 * | --- | --- | --- | --- |
 * | 1 | repeated ResourceMetrics | resource | scope |
 * | 2 | | repeated ScopeMetrics | repeated Metric |
 * | 3 | | schema_url | schema_url |
 *
 * @returns the data points written
 */
function writeResourceMetrics(
  writer: Writer,
  { resource, scopeMetrics }: ResourceMetrics,
  onLost: OnLostItem | undefined,
): number {
  const sizes = scopeMetrics.map(({ metrics }) =>
    metrics.reduce((sum, metric) => sum + expectedSize(metric), 0),
  );
  const expected = sizes.reduce((sum, size) => sum + size, 512);
  let points = 0;
  const resourceStart = writer.open(0x0a, expected);
  writeResource(writer, resource);
  for (const [index, { scope, metrics }] of scopeMetrics.entries()) {
    const scopeStart = writer.open(0x12, sizes[index]);
    writeScope(writer, scope);
    for (const metric of metrics) points += writeMetric(writer, metric, onLost);
    writer.text(0x1a, scope.schemaUrl);
    writer.close(scopeStart, sizes[index]);
  }
  writer.text(0x1a, resource.schemaUrl);
  writer.close(resourceStart, expected);
  return points;
}

function expectedSize(metric: MetricData): number {
  return 60 + metric.dataPoints.length * EXPECTED_POINT_BYTES;
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
 */
function writeMetric(writer: Writer, metric: MetricData, onLost: OnLostItem | undefined): number {
  const { descriptor } = metric;
  let points = 0;
  const expected = expectedSize(metric);
  const start = writer.open(0x12, expected);
  writer.text(0x0a, descriptor.name);
  writer.text(0x12, descriptor.description);
  writer.text(0x1a, descriptor.unit);
  switch (metric.dataPointType) {
    case DataPointType.GAUGE:
    case DataPointType.SUM: {
      const writePoint = descriptor.valueType === ValueType.INT ? writeIntPoint : writeDoublePoint;
      const tag = metric.dataPointType === DataPointType.GAUGE ? 0x2a : 0x3a;
      points = writeData(writer, tag, metric, metric.dataPoints, writePoint, onLost);
      break;
    }
    case DataPointType.HISTOGRAM:
      points = writeData(writer, 0x4a, metric, metric.dataPoints, writeHistogramPoint, onLost);
      break;
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      points = writeData(writer, 0x52, metric, metric.dataPoints, writeExponentialPoint, onLost);
      break;
  }
  writer.close(start, expected);
  return points;
}

/**
 * | field | Gauge | Sum | Histogram, ExponentialHistogram |
 * | --- | --- | --- | --- |
 * | 1 | repeated NumberDataPoint | repeated NumberDataPoint | repeated data points |
 * | 2 | | aggregation_temporality | aggregation_temporality |
 * | 3 | | is_monotonic | |
 */
function writeData<Point>(
  writer: Writer,
  tag: number,
  metric: MetricData,
  points: readonly Point[],
  writePoint: (writer: Writer, point: Point) => void,
  onLost: OnLostItem | undefined,
): number {
  const expected = points.length * EXPECTED_POINT_BYTES;
  const start = writer.open(tag, expected);
  let expectedPoint = EXPECTED_POINT_BYTES;
  let written = 0;
  for (const point of points) {
    const before = writer.position;
    try {
      const pointStart = writer.open(0x0a, expectedPoint);
      writePoint(writer, point);
      const size = writer.position - pointStart;
      writer.close(pointStart, expectedPoint);
      checkBatchSize(writer);
      expectedPoint = size; // The points of a metric have similar sizes.
      written++;
    } catch (error) {
      writer.position = before;
      onLost?.(error);
    }
  }
  if (metric.dataPointType !== DataPointType.GAUGE) writeTemporality(writer, metric.aggregationTemporality);
  if (metric.dataPointType === DataPointType.SUM && metric.isMonotonic) writeCount(writer, 0x18, 1);
  writer.close(start, expected);
  return written;
}

function writeTemporality(writer: Writer, temporality: AggregationTemporality): void {
  if (temporality === AggregationTemporality.DELTA) writeCount(writer, 0x10, 1);
  else if (temporality === AggregationTemporality.CUMULATIVE) writeCount(writer, 0x10, 2);
}
