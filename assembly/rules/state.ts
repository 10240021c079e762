import { Record } from './record';
import { lasting } from './arena';
import { NIL, Val } from './val';

/** The messages at hand: src/rules/paths/records.ts has the same list. */
export const enum RecordAt {
  Resource = 0,
  Scope = 1,
  /** A span, a metric or a log record. */
  Item = 2,
  /** An event of the span, a data point of the metric. */
  Part = 3,
  /** What holds the metric's data points: a gauge, a sum, ... */
  Data = 4,
  /** The groups: they have the schema URLs. */
  ResourceGroup = 5,
  ScopeGroup = 6,
}

export const resource: Record = new Record(lasting).shape(1, 1 << 3);
export const scope: Record = new Record(lasting).shape(3, 0);
export const item: Record = new Record();
export const part: Record = new Record();
export const data: Record = new Record().shape(0, 1 << 1);
export const resourceGroup: Record = new Record(lasting);
export const scopeGroup: Record = new Record(lasting);

const records: StaticArray<Record> = [resource, scope, item, part, data, resourceGroup, scopeGroup];

@inline export function recordAt(index: u32): Record {
  return unchecked(records[index]);
}

/** The map that statements of one group may keep things in while they are at one item. */
export let cache: Val = NIL;
export function setCache(map: Val): void {
  cache = map;
}

/** Values of the lambdas' parameters, by slot. */
export const locals: StaticArray<usize> = new StaticArray<usize>(64);

/** Field number of the metric's data. */
export let dataNumber: u32 = 0;
export function setDataNumber(number: u32): void {
  dataNumber = number;
}
