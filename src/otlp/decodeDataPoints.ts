import type { HrTime } from '@opentelemetry/api';
import type { DataPoint, ExponentialHistogram, Histogram } from '@opentelemetry/sdk-metrics';
import { asAttributes, readTime } from './decodeCommon';
import { type Attributes, readAttribute } from './decodeValue';
import { type Reader, toInt64 } from './reader';
import { MESSAGES } from './schema';
import type { Unrepresented } from './unrepresentable';

/** Where points are read into. */
export interface PointSink {
  readonly points: DataPoint<unknown>[];
  integers: number;
  doubles: number;
}

/** Reads one data point, its length first. */
export type ReadPoint = (reader: Reader, into: PointSink, unrepresented: Unrepresented) => void;

/** DataPointFlags of OTLP: the series has ended or pauses, there is no value. */
const NO_RECORDED_VALUE = 1;

/** Fields that every kind of point has, and what the SDK's type has no place for. */
class PointFields {
  startTime: HrTime | undefined;
  endTime: HrTime | undefined;
  readonly attributes: Attributes = {};
  flags = 0;
  hasExemplars = false;

  addTo(into: PointSink, value: unknown, unrepresented: Unrepresented): boolean {
    if (this.flags & NO_RECORDED_VALUE) {
      unrepresented.add('no recorded value', 1, true);
      return false;
    }
    if (value === undefined) {
      unrepresented.add('no value', 1, true);
      return false;
    }
    if (this.flags !== 0) unrepresented.add('data point flags', 1, false);
    if (this.hasExemplars) unrepresented.add('exemplars', 1, false);
    const { startTime = [0, 0], endTime = [0, 0], attributes } = this;
    into.points.push({ startTime, endTime, attributes: asAttributes(attributes), value });
    return true;
  }
}

/** A 64-bit unsigned count: exact up to 2^53, then the nearest. */
function readCount(reader: Reader): number {
  reader.fixed64();
  return reader.high * 2 ** 32 + reader.low;
}

/** Reads a repeated number, packed (its length first) or a single element. */
function readPacked(
  reader: Reader,
  isPacked: boolean,
  into: number[],
  read: (reader: Reader) => number,
): void {
  if (!isPacked) {
    into.push(read(reader));
    return;
  }
  const outer = reader.enter();
  while (reader.more()) into.push(read(reader));
  reader.leave(outer);
}

const readDouble = (reader: Reader) => reader.double();
const readUint64 = (reader: Reader) => reader.uint64();

/**
 * | field | NumberDataPoint | |
 * | --- | --- | --- |
 * | 2 | start_time_unix_nano | fixed64 |
 * | 3 | time_unix_nano | fixed64 |
 * | 4 | as_double | double |
 * | 5 | exemplars | not representable |
 * | 6 | as_int | sfixed64 |
 * | 7 | attributes | repeated KeyValue |
 * | 8 | flags | uint32 |
 */
export const readNumberPoint: ReadPoint = (reader, into, unrepresented) => {
  const outer = reader.enter();
  const fields = new PointFields();
  let value: number | undefined;
  let isInteger = false;
  while (reader.more()) {
    const tag = reader.tag();
    switch (tag) {
      case 0x11:
        fields.startTime = readTime(reader);
        break;
      case 0x19:
        fields.endTime = readTime(reader);
        break;
      case 0x21:
        value = reader.double();
        isInteger = false;
        break;
      case 0x2a:
        fields.hasExemplars = true;
        reader.skip(tag);
        break;
      case 0x31:
        reader.fixed64();
        value = toInt64(reader.low, reader.high);
        isInteger = true;
        break;
      case 0x3a:
        readAttribute(reader, fields.attributes);
        break;
      case 0x40:
        fields.flags = reader.uint32();
        break;
      default:
        reader.skipIn(MESSAGES.numberDataPoint, tag);
    }
  }
  reader.leave(outer);
  if (!fields.addTo(into, value, unrepresented)) return;
  if (isInteger) into.integers++;
  else into.doubles++;
};

/**
 * | field | HistogramDataPoint | |
 * | --- | --- | --- |
 * | 2 | start_time_unix_nano | fixed64 |
 * | 3 | time_unix_nano | fixed64 |
 * | 4 | count | fixed64 |
 * | 5 | sum | optional double |
 * | 6 | bucket_counts | repeated fixed64 |
 * | 7 | explicit_bounds | repeated double |
 * | 8 | exemplars | not representable |
 * | 9 | attributes | repeated KeyValue |
 * | 10 | flags | uint32 |
 * | 11 | min | optional double |
 * | 12 | max | optional double |
 */
export const readHistogramPoint: ReadPoint = (reader, into, unrepresented) => {
  const outer = reader.enter();
  const fields = new PointFields();
  const value: Histogram = { buckets: { boundaries: [], counts: [] }, count: 0 };
  while (reader.more()) {
    const tag = reader.tag();
    switch (tag) {
      case 0x11:
        fields.startTime = readTime(reader);
        break;
      case 0x19:
        fields.endTime = readTime(reader);
        break;
      case 0x21:
        value.count = readCount(reader);
        break;
      case 0x29:
        value.sum = reader.double();
        break;
      case 0x31:
      case 0x32:
        readPacked(reader, tag === 0x32, value.buckets.counts, readCount);
        break;
      case 0x39:
      case 0x3a:
        readPacked(reader, tag === 0x3a, value.buckets.boundaries, readDouble);
        break;
      case 0x42:
        fields.hasExemplars = true;
        reader.skip(tag);
        break;
      case 0x4a:
        readAttribute(reader, fields.attributes);
        break;
      case 0x50:
        fields.flags = reader.uint32();
        break;
      case 0x59:
        value.min = reader.double();
        break;
      case 0x61:
        value.max = reader.double();
        break;
      default:
        reader.skipIn(MESSAGES.histogramDataPoint, tag);
    }
  }
  reader.leave(outer);
  fields.addTo(into, value, unrepresented);
};

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
 * | 10 | flags | uint32 |
 * | 11 | exemplars | not representable |
 * | 12 | min | optional double |
 * | 13 | max | optional double |
 * | 14 | zero_threshold | not representable, unless 0 |
 */
export const readExponentialPoint: ReadPoint = (reader, into, unrepresented) => {
  const outer = reader.enter();
  const fields = new PointFields();
  const value: ExponentialHistogram = {
    count: 0,
    scale: 0,
    zeroCount: 0,
    positive: { offset: 0, bucketCounts: [] },
    negative: { offset: 0, bucketCounts: [] },
  };
  let zeroThreshold = 0;
  while (reader.more()) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a:
        readAttribute(reader, fields.attributes);
        break;
      case 0x11:
        fields.startTime = readTime(reader);
        break;
      case 0x19:
        fields.endTime = readTime(reader);
        break;
      case 0x21:
        value.count = readCount(reader);
        break;
      case 0x29:
        value.sum = reader.double();
        break;
      case 0x30:
        value.scale = reader.sint32();
        break;
      case 0x39:
        value.zeroCount = readCount(reader);
        break;
      case 0x42:
        readBuckets(reader, value.positive);
        break;
      case 0x4a:
        readBuckets(reader, value.negative);
        break;
      case 0x50:
        fields.flags = reader.uint32();
        break;
      case 0x5a:
        fields.hasExemplars = true;
        reader.skip(tag);
        break;
      case 0x61:
        value.min = reader.double();
        break;
      case 0x69:
        value.max = reader.double();
        break;
      case 0x71:
        zeroThreshold = reader.double();
        break;
      default:
        reader.skipIn(MESSAGES.exponentialHistogramDataPoint, tag);
    }
  }
  reader.leave(outer);
  const added = fields.addTo(into, value, unrepresented);
  if (added && zeroThreshold !== 0) unrepresented.add('zero threshold', 1, false);
};

/**
 * | field | Buckets | |
 * | --- | --- | --- |
 * | 1 | offset | sint32 |
 * | 2 | bucket_counts | repeated uint64 |
 */
function readBuckets(reader: Reader, into: ExponentialHistogram['positive']): void {
  const outer = reader.enter();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 0x08) into.offset = reader.sint32();
    else if (tag === 0x10 || tag === 0x12) readPacked(reader, tag === 0x12, into.bucketCounts, readUint64);
    else reader.skipIn(MESSAGES.buckets, tag);
  }
  reader.leave(outer);
}
