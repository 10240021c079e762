/**
 * Equality of log records: a hash of all fields that count. Times, ids and flags of the trace context never count.
 */
import { Json, Text } from 'otelwasm/assembly';
import { Wire, fieldBody, fieldEnd, fieldNumber, fieldWire, readField } from 'otelwasm/assembly/protobuf';
import { sipHash } from './sipHash';

/** Fields of LogRecord that do not count: time 1, flags 8, trace id 9, span id 10, observed time 11. */
const NOT_COUNTED: u32 = (1 << 1) | (1 << 8) | (1 << 9) | (1 << 10) | (1 << 11);
const TIME: u32 = 1;
const OBSERVED: u32 = 11;
const BODY: u32 = 5;
const ATTRIBUTES: u32 = 6;
/** AnyValue's map, and its entries. */
const MAP: u32 = 6;
const ENTRIES: u32 = 1;
// Odd, so that no bits are lost. It distinguishes an attribute from an equal entry of a body.
const IN_BODY: u64 = 0x9e3779b97f4a7c15;

const ATTRIBUTE_PREFIX = 'attributes.';
const BODY_PREFIX = 'body.';

/** Fields that the configuration names. */
let attributes: Text[] = [];
let bodyKeys: Text[] = [];
let body: bool = false;
/** Whether only named fields count, or all others. */
let includes: bool = false;
let selects: bool = false;
/** True once a field in `include` was seen. */
let isIncluded: bool = false;
let time: u64 = 0;
let observed: u64 = 0;
const view = new Text();

/** Reads `include` and `exclude`. `always` is the key of an attribute that always counts. */
export function selectFields(include: Json, exclude: Json): void {
  if (include.exists && exclude.exists) exclude.expected('include or exclude, not both');
  includes = include.exists;
  selects = includes || exclude.exists;
  const names = includes ? include.items : exclude.items;
  for (let i = 0; i < names.length; i++) {
    const name = names[i].string();
    if (name == 'body') body = true;
    else if (name.startsWith(ATTRIBUTE_PREFIX)) attributes.push(Text.of(name.slice(ATTRIBUTE_PREFIX.length)));
    else if (name.startsWith(BODY_PREFIX)) bodyKeys.push(Text.of(name.slice(BODY_PREFIX.length)));
    else names[i].expected('body, body.KEY or attributes.KEY');
  }
  if (includes && names.length == 0) include.expected('at least one field');
}

/** A number that equal records share. The order of their attributes does not matter. Sets `timeOfHashed`. */
export function hashOf(start: usize, end: usize): u64 {
  time = observed = 0;
  isIncluded = false;
  const hash = hashFields(start, end, selects);
  // Otherwise all records without any included field would be equal.
  return includes && !isIncluded ? hashFields(start, end, false) : hash;
}

/** The time of the last hashed record: its own, or when it was observed; 0 for neither. */
export function timeOfHashed(): u64 {
  return time != 0 ? time : observed;
}

function hashFields(start: usize, end: usize, isSelecting: bool): u64 {
  let sum: u64 = 0;
  // Fields that count as a whole are hashed in runs, attributes one by one.
  let run = start;
  for (let at = start; readField(at, end);) {
    const field = at;
    const body = fieldBody;
    const number = fieldNumber;
    at = fieldEnd;
    const isBytes = fieldWire == Wire.Bytes;
    const isAttribute = number == ATTRIBUTES && isBytes;
    const isBody = number == BODY && isBytes && isSelecting;
    const isLeftOut = number < 16 && (NOT_COUNTED >> number) & 1;
    if (fieldWire == Wire.Fixed64) {
      if (number == TIME) time = load<u64>(body);
      else if (number == OBSERVED) observed = load<u64>(body);
    }
    if (!isAttribute && !isBody && !isLeftOut) continue;
    if (field > run) sum += sipHash(run, field - run);
    run = at;
    if (isBody) sum += hashBody(body, at);
    else if (isAttribute && (!isSelecting || counts(attributes, body, at))) sum += sipHash(field, at - field);
  }
  return run < end ? sum + sipHash(run, end - run) : sum;
}

/** True when the entry counts, by its key. */
function counts(keys: Text[], start: usize, end: usize): bool {
  view.bind(0, 0);
  for (let at = start; readField(at, end); at = fieldEnd) {
    if (fieldNumber == 1 && fieldWire == Wire.Bytes) view.bind(fieldBody, fieldEnd - fieldBody);
  }
  let isNamed = false;
  for (let i = 0; i < keys.length && !isNamed; i++) isNamed = keys[i].equals(view);
  if (isNamed && includes) isIncluded = true;
  return isNamed == includes;
}

function hashBody(start: usize, end: usize): u64 {
  if (body) {
    if (!includes) return 0;
    isIncluded = true;
    return sipHash(start, end - start) * IN_BODY;
  }
  let sum: u64 = 0;
  let isMap = false;
  for (let at = start; bodyKeys.length > 0 && readField(at, end);) {
    at = fieldEnd;
    if (fieldNumber != MAP || fieldWire != Wire.Bytes) continue;
    isMap = true;
    const mapEnd = fieldEnd;
    for (let entry = fieldBody; readField(entry, mapEnd);) {
      const entryStart = fieldBody;
      entry = fieldEnd;
      if (fieldNumber != ENTRIES || fieldWire != Wire.Bytes || !counts(bodyKeys, entryStart, entry)) continue;
      sum += sipHash(entryStart, entry - entryStart) * IN_BODY;
    }
  }
  return isMap || includes ? sum : sipHash(start, end - start) * IN_BODY;
}
