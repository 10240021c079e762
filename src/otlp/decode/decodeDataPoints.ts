import type { HrTime } from '@opentelemetry/api';
import type { DataPoint } from '../../otel';
import { asAttributes, readTime } from './decodeFields';
import { type Attributes, readAttribute } from './decodeValue';
import { type Reader, toInt64 } from '../wire';
import { MESSAGES } from '../schema';
import type { Unrepresented } from './unrepresentable';

/** Receives the points that are read. */
export interface PointSink {
  readonly points: DataPoint<unknown>[];
  integers: number;
  doubles: number;
}

/** Reads one data point, beginning with its length. */
export type ReadPoint = (reader: Reader, into: PointSink, unrepresented: Unrepresented) => void;

/** DataPointFlags of OTLP: the series has ended or paused, and the point has no value. */
const NO_RECORDED_VALUE = 1;

/** Fields that every kind of point has, and a record of what the SDK's type cannot hold. */
export class PointFields {
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
