import { Wire, fieldBody, fieldEnd } from 'otelwasm/assembly/protobuf/wire';
import { slotKeys } from '../program/program';
import { Record } from './record';
import { batchArena, groupArena } from '../values/arena';
import { Kind, NIL, Val } from '../values/val';

/** The current messages. Keep in step with src/rules/paths/records.ts. */
export const enum RecordAt {
  Resource = 0,
  Scope = 1,
  /** A span, a metric or a log record. */
  Item = 2,
  /** An event of the span or a data point of the metric. */
  Part = 3,
  /** The message with the metric's data points: a gauge, a sum, ... */
  Data = 4,
  /** An exemplar of the current data point. */
  Exemplar = 5,
  /** The groups (e.g. ResourceSpans), which have the schema URLs. */
  ResourceGroup = 6,
  ScopeGroup = 7,
}

export const resource: Record = new Record(groupArena).shape(1, 1 << 3);
export const scope: Record = new Record(groupArena).shape(3, 0);
export const item: Record = new Record();
export const part: Record = new Record();
export const data: Record = new Record().shape(0, 1 << 1);
export const exemplar: Record = new Record().shape(7, 0);
export const resourceGroup: Record = new Record(groupArena);
export const scopeGroup: Record = new Record(groupArena);

const records: StaticArray<Record> = [resource, scope, item, part, data, exemplar, resourceGroup, scopeGroup];

/** Sets, for each message, the attribute keys that rules use. */
export function setSlots(): void {
  for (let i = 0; i < records.length; i++) records[i].setKeys(slotKeys(i));
}

@inline export function recordAt(index: u32): Record {
  return unchecked(records[index]);
}

/** The `cache` map of statements. It lasts for one item or, if shared, for the whole batch. */
export let cache: Val = NIL;
let shared: Val = NIL;
/** The processor whose groups share it; 0 for none. */
let owner: u32 = 0;
let isShared: bool = false;

export function setCache(map: Val): void {
  cache = map;
  if (!isShared || map.kind != Kind.Map) return;
  // A shared cache must outlive the item.
  shared = changetype<Val>(batchArena.take(24));
  shared.kind = Kind.Map;
  shared.tag = map.tag;
  shared.pointer = batchArena.copy(map.pointer, map.size);
  shared.size = map.size;
  cache = shared;
}

/** Opens the cache that the groups of a processor share, or an empty one for 0. */
export function openCache(processor: u32): void {
  isShared = processor != 0;
  if (isShared && processor != owner) {
    owner = processor;
    shared = NIL;
  }
  cache = isShared ? shared : NIL;
}

/** Resets the cache at the beginning of a batch. */
export function resetCache(): void {
  owner = 0;
  batchArena.reset();
}

/** The values of lambda parameters, by slot. */
export const locals: StaticArray<usize> = new StaticArray<usize>(64);

/** The field number of the metric's data. */
export let dataNumber: u32 = 0;
export function setDataNumber(number: u32): void {
  dataNumber = number;
}

/** The field numbers of a metric's data: gauge, sum, histogram, exponential histogram, summary. */
const DATA_NUMBERS: StaticArray<u32> = [5, 7, 9, 10, 11];
/** The field numbers of their points' attributes. */
const POINT_ATTRIBUTES: StaticArray<u32> = [7, 7, 9, 1, 7];
/** The field numbers of their points' exemplars; for a summary, of the quantiles. */
const REPEATED: StaticArray<u32> = [5, 5, 8, 11, 6];

/** The field number of the current data points' exemplars; 0 if they have none. */
export let exemplarsNumber: u32 = 0;

/** Binds `data` to the data of the current metric. */
export function openData(): void {
  dataNumber = 0;
  data.bind(0, 0);
  for (let i = 0; i < 5; i++) {
    const number = DATA_NUMBERS[i];
    if (!item.find(number, Wire.Bytes)) continue;
    dataNumber = number;
    data.bind(fieldBody, fieldEnd);
    part.shape(POINT_ATTRIBUTES[i], 1 << REPEATED[i]);
    exemplarsNumber = i < 4 ? REPEATED[i] : 0;
  }
}

/** Writes changed data back into the metric. */
export function closeData(): void {
  if (!data.isChanged) return;
  data.flush();
  item.putBytes(dataNumber, data.start, data.end - data.start);
}
