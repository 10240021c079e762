/** Iterates over the data points of the current metric. */
import { withTag } from '../values/anyValue';
import { entryEnd, showElement, valueEnd, valueStart } from '../values/entries';
import { Record } from './record';
import { data, dataNumber } from './state';
import { Kind, Val } from '../values/val';

export const POINTS: u32 = 1;
export const START_TIME: u32 = 2;
export const TIME: u32 = 3;
/** Field numbers of NumberDataPoint. */
export const AS_DOUBLE: u32 = 4;
export const AS_INT: u32 = 6;
export const ATTRIBUTES: u32 = 7;

export const HISTOGRAM: u32 = 9;
export const EXPONENTIAL: u32 = 10;
export const SUMMARY: u32 = 11;

/** The current point, and one under construction. */
export const point: Record = new Record();
export const number: Record = new Record();

let at: usize = 0;
let end: usize = 0;

/** Restarts at the first point. */
export function beginPoints(): void {
  at = end = 0;
  if (dataNumber == 0) return;
  at = data.startOf(POINTS);
  end = data.endOf(POINTS);
  const exemplars: u32 = dataNumber == HISTOGRAM ? 8 : dataNumber == EXPONENTIAL ? 11 : dataNumber == SUMMARY ? 6 : 5;
  point.shape(attributesField(), 1 << exemplars);
}

/** Moves to the next point. Returns false at the end. */
export function nextPoint(): bool {
  if (at == 0 || !showElement(at, end)) return false;
  at = entryEnd;
  point.bind(valueStart, valueEnd);
  return true;
}

/** The field number of the points' attributes. */
export function attributesField(): u32 {
  return dataNumber == HISTOGRAM ? 9 : dataNumber == EXPONENTIAL ? 1 : 7;
}

export function attributesOf(record: Record, field: u32): Val {
  const start = record.startOf(field);
  return Val.run(Kind.Map, (field << 3) | 2, start, start == 0 ? 0 : record.endOf(field) - start);
}

/** Begins a NumberDataPoint with the attributes and timestamps of the current point. */
export function beginNumberPoint(): Record {
  number.shape(ATTRIBUTES, 1 << 5);
  number.bind(0, 0);
  const attributes = withTag(attributesOf(point, attributesField()), (ATTRIBUTES << 3) | 2);
  number.put(ATTRIBUTES, attributes.pointer, attributes.pointer + attributes.size);
  number.putFixed64(START_TIME, point.fixed64(START_TIME));
  number.putFixed64(TIME, point.fixed64(TIME));
  return number;
}
