import { Wire, fieldBody, fieldEnd, readVarint, varint, varintEnd } from 'otelwasm/assembly/protobuf/wire';
import { sameBytes } from 'otelwasm/assembly/text';
import { Access } from '../program/access';
import { Op } from '../program/ops';
import { Node } from '../program/program';
import { Record, slotEnd } from '../records/record';
import { cache, dataNumber, recordAt, setCache } from '../records/state';
import { toHex } from '../text/hex';
import { asText } from '../text/texts';
import { arena } from '../values/arena';
import { decode, elementAt } from '../values/anyValue';
import { findEntry, valueEnd, valueStart } from '../values/entries';
import { ordered } from '../values/compare';
import { error } from '../values/failure';
import { FALSE, Kind, NIL, TRUE, VALUES_TAG, Val } from '../values/val';
import { keyOf } from './keys';
import { unpacked } from './packed';
import { ACCESS, EXTRA, FIELD, fieldOf, KEYS, NO_FIELD, ownerOf, RECORD, typeOfData } from './pathNode';
import { traceState } from './traceState';

/** The current value of a path; null on an error. */
export function getPath(path: Node): Val | null {
  if (path.word(ACCESS) == Access.Map && path.word(EXTRA) != 0) {
    const record = recordAt(path.word(RECORD));
    if (fieldOf(path) == record.attributes) {
      const start = record.slot(path.word(EXTRA) - 1);
      if (start == 0) return NIL;
      const value = decode(start, slotEnd);
      return path.count == KEYS + 1 ? value : followed(value, path, KEYS + 1);
    }
  }
  const value = getField(path);
  if (path.count == KEYS || value === null || path.word(ACCESS) == Access.TraceState) return value;
  return followed(value, path, KEYS);
}

// The words after the operands of a comparison of a slot with a constant.
const SLOT: u32 = 2;
/** The first two bytes of a text constant as an encoded value; 0 for other constants. */
const HEAD: u32 = 3;

/**
 * Compares an attribute with a constant by the attribute's bytes, which is enough for most conditions. Returns 1 or 0,
 * or -1 if the value must be decoded. Only for comparisons that have a slot.
 */
@inline export function compareSlot(node: Node): i32 {
  const path = node.node(0);
  const record = recordAt(path.word(RECORD));
  if (path.word(FIELD) != record.attributes && fieldOf(path) != record.attributes) return -1;
  const start = record.slot(node.word(SLOT));
  const wanted = node.node(1).constant;
  const op = <Op>node.op;
  if (start == 0) return i32(wanted.kind == Kind.Nil ? op == Op.Equal : op == Op.NotEqual);
  const head: u32 = load<u16>(start);
  const size = slotEnd - start - 2;
  // A single text with a one-byte length.
  if (size < 0x80 && head == (TEXT_TAG | ((<u32>size) << 8))) {
    const isSame = head == node.word(HEAD) && sameBytes(start + 2, wanted.pointer, size);
    return i32(op == (isSame ? Op.Equal : Op.NotEqual));
  }
  // A single integer.
  if ((head & 0xff) != INT_TAG || !readVarint(start + 1, slotEnd) || varintEnd != slotEnd) return -1;
  return i32(wanted.kind == Kind.Int ? ordered<i64>(<i64>varint, wanted.int, op) : op == Op.NotEqual);
}

const TEXT_TAG: u32 = (Kind.Text << 3) | Wire.Bytes;
const INT_TAG: u32 = (Kind.Int << 3) | Wire.Varint;

/** The value of the path's field, before its keys. */
export function getField(path: Node): Val | null {
  const access = <Access>path.word(ACCESS);
  if (access == Access.Cache) {
    if (cache.kind != Kind.Map) setCache(Val.run(Kind.Map, VALUES_TAG, 0, 0));
    return cache;
  }
  const record = ownerOf(path);
  const field = fieldOf(path);
  if (field == NO_FIELD) return NIL;
  switch (access) {
    case Access.Map: {
      const start = record.startOf(field);
      const size: usize = start == 0 ? 0 : record.endOf(field) - start;
      return Val.run(Kind.Map, (field << 3) | Wire.Bytes, start, size);
    }
    case Access.Text:
      return record.find(field, Wire.Bytes) ? Val.text(fieldBody, fieldEnd - fieldBody) : Val.text(0, 0);
    case Access.Varint:
      return Val.int(<i64>record.varint(field));
    case Access.Varint32:
      return Val.int(<i64>(<u32>record.varint(field)));
    case Access.Fixed64:
      return Val.int(<i64>record.fixed64(field));
    case Access.Fixed32:
      return Val.int(<i64>record.fixed32(field));
    case Access.Time:
      return Val.ofBits(Kind.Time, record.fixed64(field));
    case Access.Bool:
      return record.varint(field) != 0 ? TRUE : FALSE;
    case Access.Double:
      return Val.ofBits(Kind.Double, record.fixed64(field));
    case Access.OptionalDouble:
      return record.find(field, Wire.Fixed64) ? Val.ofBits(Kind.Double, load<u64>(fieldBody)) : NIL;
    case Access.Zigzag: {
      const bits = <u32>record.varint(field);
      return Val.int(<i64>(<i32>((bits >> 1) ^ (0 - (bits & 1)))));
    }
    case Access.Value:
      return record.find(field, Wire.Bytes) ? decode(fieldBody, fieldEnd) : NIL;
    case Access.ValueText: {
      const value = record.find(field, Wire.Bytes) ? decode(fieldBody, fieldEnd) : NIL;
      return asText(value);
    }
    case Access.TraceId:
    case Access.ProfileId:
      return id(record, field, access == Access.TraceId ? Kind.TraceId : Kind.ProfileId, 16);
    case Access.SpanId:
      return id(record, field, Kind.SpanId, 8);
    case Access.TraceIdText:
    case Access.ProfileIdText:
      return toHex(id(record, field, Kind.TraceId, 16));
    case Access.SpanIdText:
      return toHex(id(record, field, Kind.SpanId, 8));
    case Access.Opaque: {
      const start = record.startOf(field);
      const size: usize = start == 0 ? 0 : record.endOf(field) - start;
      return Val.run(Kind.Opaque, path.word(EXTRA), start, size);
    }
    case Access.Symbol: {
      const names = path.node(EXTRA);
      const number = record.varint(field);
      return number < <u64>names.count ? names.node(<u32>number).constant : Val.text(0, 0);
    }
    case Access.PointInt:
      return Val.int(<i64>record.fixed64(field));
    case Access.PointDouble:
      return Val.ofBits(Kind.Double, record.fixed64(field));
    case Access.MetricType:
      return Val.int(<i64>typeOfData(dataNumber));
    case Access.EventIndex:
      // The Collector's processors do not provide it either.
      return error('the index of the event is not available');
    case Access.TraceState:
      return traceState(record, field, path);
    case Access.PackedFixed64:
    case Access.PackedVarint:
    case Access.PackedDouble:
      return unpacked(record, field, access);
    default:
      return error('this path cannot be read');
  }
}

function id(record: Record, field: u32, kind: u32, size: usize): Val {
  if (record.find(field, Wire.Bytes) && fieldEnd - fieldBody == size) return Val.bytes(kind, fieldBody, size);
  const zeros = arena.take(size);
  memory.fill(zeros, 0, size);
  return Val.bytes(kind, zeros, size);
}

/** Follows the keys of a path. A missing key gives nil; an index out of bounds is an error. */
function followed(base: Val, path: Node, first: u32): Val | null {
  let value: Val = base;
  for (let i = first; i < path.count; i++) {
    const key = keyOf(path, i);
    if (key === null) return null;
    if (value.kind == Kind.Map) {
      if (key.kind != Kind.Text) return error('the key of a map must be a string');
      if (!findEntry(value, key.pointer, key.size)) return NIL;
      value = decode(valueStart, valueEnd);
    } else if (value.kind == Kind.List) {
      if (key.kind != Kind.Int) return error('the index of a list must be an integer');
      const element = elementAt(value, key.int);
      if (element === null) return error('the index is out of bounds');
      value = element;
    } else {
      return error('a value of this type cannot be indexed');
    }
  }
  return value;
}
