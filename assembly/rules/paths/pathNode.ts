import { Wire, fieldBody, fieldEnd } from 'otelwasm/assembly/protobuf/wire';
import { Node } from '../program/program';
import { Record } from '../records/record';
import { dataNumber, recordAt } from '../records/state';
import { Access } from '../program/access';

// The words of a path's node, followed by its keys.
export const RECORD: u32 = 0;
export const ACCESS: u32 = 1;
export const FIELD: u32 = 2;
/** The field number of the record's child message that has the field; 0 if the record itself has it. */
export const CHILD: u32 = 3;
export const EXTRA: u32 = 4;
export const KEYS: u32 = 5;

const child: Record = new Record();

/** Whether a path is a vendor's member of a trace state. */
export function isMember(path: Node): bool {
  return path.word(ACCESS) == Access.TraceState && path.count > KEYS;
}

/** The field number if it depends on the kind of metric, and this kind has no such field. */
export const NO_FIELD: u32 = 0xff;
const BY_KIND: u32 = 0x8000_0000;

/** The field number. For a marked path it depends on the kind of metric. */
@inline export function fieldOf(path: Node): u32 {
  const field = path.word(FIELD);
  return field & BY_KIND ? fieldOfKind(field) : field;
}

function fieldOfKind(field: u32): u32 {
  const kind = typeOfData(dataNumber);
  if (kind == 0) return NO_FIELD;
  const number = (field >> (6 * (kind - 1))) & 63;
  return number == 0 ? NO_FIELD : number;
}

/** The METRIC_DATA_TYPE_* constant, which differs from the field number. */
export function typeOfData(number: u32): u32 {
  if (number == 5) return 1;
  if (number == 7) return 2;
  if (number == 9) return 3;
  if (number == 10) return 4;
  return number == 11 ? 5 : 0;
}

/** The message that has the field: the record, or its child in the field `CHILD`. */
export function ownerOf(path: Node): Record {
  const record = recordAt(path.word(RECORD));
  const number = path.word(CHILD);
  if (number == 0) return record;
  if (record.find(number, Wire.Bytes)) child.bind(fieldBody, fieldEnd);
  else child.bind(0, 0);
  return child;
}
