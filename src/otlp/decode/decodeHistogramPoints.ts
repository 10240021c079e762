import type { ExponentialHistogram, Histogram } from '../../otel';
import { readTime } from './decodeFields';
import { PointFields, type ReadPoint } from './decodeDataPoints';
import { readAttribute } from './decodeValue';
import type { Reader } from '../wire';
import { MESSAGES } from '../schema';

/** A 64-bit unsigned count: exact up to 2^53, then the nearest double. */
function readCount(reader: Reader): number {
  reader.fixed64();
  return reader.high * 2 ** 32 + reader.low;
}

/** Reads a repeated number, either packed (beginning with its length) or a single element. */
function readPacked(
  reader: Reader,
  isPacked: boolean,
  into: number[],
  read: (reader: Reader) => number,
): void {
  const one = (): void => {
    reader.element();
    into.push(read(reader));
  };
  if (!isPacked) return one();
  const outer = reader.enterPacked();
  while (reader.more()) one();
  reader.leave(outer);
}

const readDouble = (reader: Reader) => reader.double();
const readUint64 = (reader: Reader) => reader.uint64();

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
