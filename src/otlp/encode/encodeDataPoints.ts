import type { DataPoint, ExponentialHistogram, Histogram } from '../../otel';
import { writeCount, writeTime } from './encodeFields';
import { writeAttributes } from './encodeValue';
import type { Writer } from '../wire';

/**
 * | field | NumberDataPoint | |
 * | --- | --- | --- |
 * | 2 | start_time_unix_nano | fixed64 |
 * | 3 | time_unix_nano | fixed64 |
 * | 4 | as_double | double |
 * | 6 | as_int | sfixed64 |
 * | 7 | attributes | repeated KeyValue |
 */
export function writeIntPoint(writer: Writer, point: DataPoint<number>): void {
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

export function writeDoublePoint(writer: Writer, point: DataPoint<number>): void {
  writePointTimes(writer, point, 27);
  writeDouble(writer, 0x21, point.value);
  writeAttributes(writer, 0x3a, point.attributes);
}

/** Writes fields 2 and 3 of every data point. Reserves `size` bytes, including these. */
function writePointTimes(writer: Writer, { startTime, endTime }: DataPoint<unknown>, size: number): void {
  writer.reserve(size);
  writeTime(writer, 0x11, startTime);
  writeTime(writer, 0x19, endTime);
}

function writeDouble(writer: Writer, tag: number, value: number): void {
  writer.byte(tag);
  writer.double(value);
}

/** Writes a double that may be missing. */
function writeOptional(writer: Writer, tag: number, value: number | undefined): void {
  if (value !== undefined) writeDouble(writer, tag, value);
}

/** Writes a count as fixed64. An invalid count becomes 0. */
function writeFixedCount(writer: Writer, count: number): void {
  if (count >= 0 && count < 2 ** 64) writer.fixed64(count >>> 0, count / 2 ** 32);
  else writer.fixed64(0, 0);
}

/** Writes a packed field of counts: `repeated fixed64`. Nothing for an empty list. */
function writeFixedCounts(writer: Writer, tag: number, counts: readonly number[]): void {
  if (counts.length === 0) return;
  writer.byte(tag);
  writer.varint(counts.length * 8);
  const { view } = writer;
  let at = writer.position;
  for (let i = 0; i < counts.length; i++, at += 8) {
    const count = counts[i];
    if (count >>> 0 === count) {
      view.setUint32(at, count, true);
      view.setUint32(at + 4, 0, true);
    } else {
      writer.position = at;
      writeFixedCount(writer, count);
    }
  }
  writer.position = at;
}

/** Writes a packed field: `repeated double`. Nothing for an empty list. */
function writeDoubles(writer: Writer, tag: number, values: readonly number[]): void {
  if (values.length === 0) return;
  writer.byte(tag);
  writer.varint(values.length * 8);
  const { view } = writer;
  let at = writer.position;
  for (let i = 0; i < values.length; i++, at += 8) view.setFloat64(at, values[i], true);
  writer.position = at;
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
export function writeHistogramPoint(writer: Writer, point: DataPoint<Histogram>): void {
  const { count, sum, min, max, buckets } = point.value;
  const { counts, boundaries } = buckets;
  writePointTimes(writer, point, 80 + 8 * (counts.length + boundaries.length));
  writer.byte(0x21);
  writeFixedCount(writer, count);
  writeOptional(writer, 0x29, sum);
  writeFixedCounts(writer, 0x32, counts);
  writeDoubles(writer, 0x3a, boundaries);
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
export function writeExponentialPoint(writer: Writer, point: DataPoint<ExponentialHistogram>): void {
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

/** Writes a zigzag varint field, unless it is 0, the default. */
function writeSint32(writer: Writer, tag: number, value: number): void {
  if (value !== 0) writeCount(writer, tag, ((value << 1) ^ (value >> 31)) >>> 0);
}
