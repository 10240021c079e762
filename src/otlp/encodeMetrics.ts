import { ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type ExponentialHistogram,
  type Histogram,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import {
  borrow,
  copyOut,
  type OnLostItem,
  writeCount,
  writeResource,
  writeScope,
  writeTime,
} from './encodeCommon';
import { writeAttributes } from './encodeValue';
import type { Writer } from './writer';

const EXPECTED_POINT_BYTES = 120;

/**
 * Encodes what a metric reader collected as OTLP `MetricsData`.
 *
 * An attribute whose value OTLP cannot hold is lost alone. A value that is not what its metric says (NaN, a fraction or
 * 2^63 in one of integers) is written as the double it is; counts that are no counts are 0.
 * @param onLost called for each data point that had to be left out, because its own getters throw
 * @returns bytes of their own
 */
export function encodeMetrics(resourceMetrics: ResourceMetrics, onLost?: OnLostItem): Uint8Array {
  return copyOut(writer => writeResourceMetrics(writer, resourceMetrics, onLost));
}

/** {@link encodeMetrics} without the copy: a view that is void as soon as anything else is encoded. */
export function borrowMetrics(resourceMetrics: ResourceMetrics, onLost?: OnLostItem): Uint8Array {
  return borrow(writer => writeResourceMetrics(writer, resourceMetrics, onLost));
}

/**
 * | field | MetricsData | ResourceMetrics | ScopeMetrics |
 * | --- | --- | --- | --- |
 * | 1 | repeated ResourceMetrics | resource | scope |
 * | 2 | | repeated ScopeMetrics | repeated Metric |
 * | 3 | | schema_url | schema_url |
 */
function writeResourceMetrics(
  writer: Writer,
  { resource, scopeMetrics }: ResourceMetrics,
  onLost: OnLostItem | undefined,
): void {
  const sizes = scopeMetrics.map(({ metrics }) =>
    metrics.reduce((sum, metric) => sum + expectedSize(metric), 0),
  );
  const expected = sizes.reduce((sum, size) => sum + size, 512);
  const resourceStart = writer.open(0x0a, expected);
  writeResource(writer, resource);
  for (const [index, { scope, metrics }] of scopeMetrics.entries()) {
    const scopeStart = writer.open(0x12, sizes[index]);
    writeScope(writer, scope);
    for (const metric of metrics) writeMetric(writer, metric, onLost);
    writer.text(0x1a, scope.schemaUrl);
    writer.close(scopeStart, sizes[index]);
  }
  writer.text(0x1a, resource.schemaUrl);
  writer.close(resourceStart, expected);
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
function writeMetric(writer: Writer, metric: MetricData, onLost: OnLostItem | undefined): void {
  const { descriptor } = metric;
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
      writeData(writer, tag, metric, metric.dataPoints, writePoint, onLost);
      break;
    }
    case DataPointType.HISTOGRAM:
      writeData(writer, 0x4a, metric, metric.dataPoints, writeHistogramPoint, onLost);
      break;
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      writeData(writer, 0x52, metric, metric.dataPoints, writeExponentialPoint, onLost);
      break;
  }
  writer.close(start, expected);
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
): void {
  const expected = points.length * EXPECTED_POINT_BYTES;
  const start = writer.open(tag, expected);
  for (const point of points) {
    const before = writer.position;
    try {
      const pointStart = writer.open(0x0a, 0);
      writePoint(writer, point);
      writer.close(pointStart, 0);
    } catch (error) {
      writer.position = before;
      onLost?.(error);
    }
  }
  if (metric.dataPointType !== DataPointType.GAUGE) writeTemporality(writer, metric.aggregationTemporality);
  if (metric.dataPointType === DataPointType.SUM && metric.isMonotonic) writeCount(writer, 0x18, 1);
  writer.close(start, expected);
}

function writeTemporality(writer: Writer, temporality: AggregationTemporality): void {
  if (temporality === AggregationTemporality.DELTA) writeCount(writer, 0x10, 1);
  else if (temporality === AggregationTemporality.CUMULATIVE) writeCount(writer, 0x10, 2);
}

/**
 * | field | NumberDataPoint | |
 * | --- | --- | --- |
 * | 2 | start_time_unix_nano | fixed64 |
 * | 3 | time_unix_nano | fixed64 |
 * | 4 | as_double | double |
 * | 6 | as_int | sfixed64 |
 * | 7 | attributes | repeated KeyValue |
 */
function writeIntPoint(writer: Writer, point: DataPoint<number>): void {
  const { value } = point;
  if (!Number.isInteger(value) || value < -(2 ** 63) || value >= 2 ** 63) {
    writeDoublePoint(writer, point);
    return;
  }
  writePointTimes(writer, point, 27);
  writer.byte(0x31);
  writer.fixed64(value >>> 0, Math.floor(value / 2 ** 32));
  writeAttributes(writer, 0x3a, point.attributes);
}

function writeDoublePoint(writer: Writer, point: DataPoint<number>): void {
  writePointTimes(writer, point, 27);
  writeDouble(writer, 0x21, point.value);
  writeAttributes(writer, 0x3a, point.attributes);
}

/** Fields 2 and 3 of every data point, and room for `size` bytes, these included. */
function writePointTimes(writer: Writer, { startTime, endTime }: DataPoint<unknown>, size: number): void {
  writer.reserve(size);
  writeTime(writer, 0x11, startTime);
  writeTime(writer, 0x19, endTime);
}

function writeDouble(writer: Writer, tag: number, value: number): void {
  writer.byte(tag);
  writer.double(value);
}

/** A double that may be missing. */
function writeOptional(writer: Writer, tag: number, value: number | undefined): void {
  if (value !== undefined) writeDouble(writer, tag, value);
}

/** A count, fixed64; what is none is 0. */
function writeFixedCount(writer: Writer, count: number): void {
  if (count >= 0 && count < 2 ** 64) writer.fixed64(count >>> 0, count / 2 ** 32);
  else writer.fixed64(0, 0);
}

/**
 * | field | HistogramDataPoint | |
 * | --- | --- | --- |
 * | 2 | start_time_unix_nano | fixed64 |
 * | 3 | time_unix_nano | fixed64 |
 * | 4 | count | fixed64 |
 * | 5 | sum | optional double |
 * | 6 | bucket_counts | repeated fixed64 |
 * | 7 | explicit_bounds | repeated double |
 * | 9 | attributes | repeated KeyValue |
 * | 11 | min | optional double |
 * | 12 | max | optional double |
 */
function writeHistogramPoint(writer: Writer, point: DataPoint<Histogram>): void {
  const { count, sum, min, max, buckets } = point.value;
  const { counts, boundaries } = buckets;
  writePointTimes(writer, point, 80 + 8 * (counts.length + boundaries.length));
  writer.byte(0x21);
  writeFixedCount(writer, count);
  writeOptional(writer, 0x29, sum);
  if (counts.length > 0) {
    writer.byte(0x32);
    writer.varint(counts.length * 8);
    for (const bucket of counts) writeFixedCount(writer, bucket);
  }
  if (boundaries.length > 0) {
    writer.byte(0x3a);
    writer.varint(boundaries.length * 8);
    for (const bound of boundaries) writer.double(bound);
  }
  writeOptional(writer, 0x59, min);
  writeOptional(writer, 0x61, max);
  writeAttributes(writer, 0x4a, point.attributes);
}

/**
 * | field | ExponentialHistogramDataPoint | |
 * | --- | --- | --- |
 * | 1 | attributes | repeated KeyValue |
 * | 2 | start_time_unix_nano | fixed64 |
 * | 3 | time_unix_nano | fixed64 |
 * | 4 | count | fixed64 |
 * | 5 | sum | optional double |
 * | 6 | scale | sint32 |
 * | 7 | zero_count | fixed64 |
 * | 8 | positive | Buckets |
 * | 9 | negative | Buckets |
 * | 12 | min | optional double |
 * | 13 | max | optional double |
 */
function writeExponentialPoint(writer: Writer, point: DataPoint<ExponentialHistogram>): void {
  const { count, sum, min, max, scale, zeroCount, positive, negative } = point.value;
  writePointTimes(writer, point, 96);
  writer.byte(0x21);
  writeFixedCount(writer, count);
  writeOptional(writer, 0x29, sum);
  writeSint32(writer, 0x30, scale);
  writer.byte(0x39);
  writeFixedCount(writer, zeroCount);
  writeOptional(writer, 0x61, min);
  writeOptional(writer, 0x69, max);
  writeBuckets(writer, 0x42, positive);
  writeBuckets(writer, 0x4a, negative);
  writeAttributes(writer, 0x0a, point.attributes);
}

/**
 * | field | Buckets | |
 * | --- | --- | --- |
 * | 1 | offset | sint32 |
 * | 2 | bucket_counts | repeated uint64 |
 */
function writeBuckets(
  writer: Writer,
  tag: number,
  { offset, bucketCounts }: ExponentialHistogram['positive'],
): void {
  const start = writer.open(tag, bucketCounts.length);
  writer.reserve(16 + bucketCounts.length * 10);
  writeSint32(writer, 0x08, offset);
  if (bucketCounts.length > 0) {
    const countsStart = writer.open(0x12, bucketCounts.length);
    for (const count of bucketCounts) {
      if (count >= 0 && count < 2 ** 64) writer.varint64(count >>> 0, count / 2 ** 32);
      else writer.byte(0);
    }
    writer.close(countsStart, bucketCounts.length);
  }
  writer.close(start, bucketCounts.length);
}

/** A zigzag varint field that is left out at 0, its default. */
function writeSint32(writer: Writer, tag: number, value: number): void {
  if (value !== 0) writeCount(writer, tag, ((value << 1) ^ (value >> 31)) >>> 0);
}
