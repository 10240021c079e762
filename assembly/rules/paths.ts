import { Wire, fieldBody, fieldEnd, readVarint, varint, varintEnd } from 'otelwasm/assembly/protobuf/wire';
import { Access } from './access';
import { arena } from './arena';
import { Builder } from './builder';
import {
  decode,
  elementAt,
  encode,
  encodedSize,
  entryEnd,
  entryStart,
  findEntry,
  RunBuilder,
  showElement,
  valueEnd,
  valueStart,
  withElement,
  withEntry,
  withTag,
} from './entries';
import { evaluate } from './evaluate';
import { error, failedWith } from './failure';
import { fromHex, toHex } from './hex';
import { asText } from './texts';
import { Op } from './ops';
import { Node } from './program';
import { sameBytes } from 'otelwasm/assembly/text';
import { Record, slotEnd } from './record';
import { cache, data, dataNumber, recordAt, setCache } from './state';
import { FALSE, Kind, NIL, TRUE, UNSIGNED, VALUES_TAG, Val, isStorable } from './val';

// The words of a path's node; its keys follow.
const RECORD: u32 = 0;
const ACCESS: u32 = 1;
const FIELD: u32 = 2;
/** The number of a message in the record that has the field, 0: the record itself has it. */
const CHILD: u32 = 3;
const EXTRA: u32 = 4;
export const KEYS: u32 = 5;

const child: Record = new Record();

/** Whether a path is a vendor's part of a trace state. */
export function isMember(path: Node): bool {
  return path.word(ACCESS) == Access.TraceState && path.count > KEYS;
}

/** What a path stands for now. */
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

/** What a path's field is when it depends on the kind of metric and this kind has none. */
const NO_FIELD: u32 = 0xff;
const BY_KIND: u32 = 0x8000_0000;

/** The field's number; one for each kind of metric when it is marked so. */
@inline function fieldOf(path: Node): u32 {
  const field = path.word(FIELD);
  return field & BY_KIND ? fieldOfKind(field) : field;
}

function fieldOfKind(field: u32): u32 {
  const kind = typeOfData(dataNumber);
  if (kind == 0) return NO_FIELD;
  const number = (field >> (6 * (kind - 1))) & 63;
  return number == 0 ? NO_FIELD : number;
}

/**
 * Whether an attribute of the item is a constant, told by its bytes: most conditions ask this. 1, 0, or -1 when it takes a
 * closer look.
 */
export function slotIs(path: Node, constant: Node): i32 {
  if (path.op != Op.Path || constant.op != Op.Const || path.count != KEYS + 1) return -1;
  if (path.word(ACCESS) != Access.Map || path.word(EXTRA) == 0) return -1;
  const wanted = constant.constant;
  const kind = wanted.kind;
  const record = recordAt(path.word(RECORD));
  if (kind > <u32>Kind.Int || kind == Kind.Bool || fieldOf(path) != record.attributes) return -1;
  const start = record.slot(path.word(EXTRA) - 1);
  if (start == 0) return i32(kind == Kind.Nil);
  // A text, and nothing else, with a length of one byte.
  const size = slotEnd - start - 2;
  if (size < 0x80 && load<u16>(start) == (TEXT_TAG | ((<u32>size) << 8)))
    return i32(kind == Kind.Text && size == wanted.size && sameBytes(start + 2, wanted.pointer, size));
  // An integer, and nothing else.
  if (load<u8>(start) != INT_TAG || !readVarint(start + 1, slotEnd) || varintEnd != slotEnd) return -1;
  return i32(kind == Kind.Int && varint == wanted.bits);
}

const TEXT_TAG: u32 = (Kind.Text << 3) | Wire.Bytes;
const INT_TAG: u32 = (Kind.Int << 3) | Wire.Varint;

function ownerOf(path: Node): Record {
  const record = recordAt(path.word(RECORD));
  const number = path.word(CHILD);
  if (number == 0) return record;
  if (record.find(number, Wire.Bytes)) child.bind(fieldBody, fieldEnd);
  else child.bind(0, 0);
  return child;
}

function getField(path: Node): Val | null {
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
      return Val.int(<i64>record.fixed64(6));
    case Access.PointDouble:
      return Val.ofBits(Kind.Double, record.fixed64(4));
    case Access.MetricType:
      return Val.int(<i64>typeOfData(dataNumber));
    case Access.EventIndex:
      // The Collector's processors do not tell it either.
      return error('the index of the event is not known');
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

/** The whole trace state, or what one of its vendors has there. */
function traceState(record: Record, field: u32, path: Node): Val | null {
  const whole = record.find(field, Wire.Bytes) ? Val.text(fieldBody, fieldEnd - fieldBody) : Val.text(0, 0);
  if (path.count == KEYS) return whole;
  const key = evaluate(path.node(KEYS));
  if (key === null) return null;
  if (key.kind != Kind.Text) return error('the key of a trace state must be a text');
  return member(whole, key) ? Val.text(memberValue, memberEnd - memberValue) : Val.text(0, 0);
}

/** Where the last member that was found is: `key=value`. */
let memberStart: usize = 0;
let memberValue: usize = 0;
let memberEnd: usize = 0;

function member(whole: Val, key: Val): bool {
  const end = whole.pointer + whole.size;
  for (let at = whole.pointer; at < end; at = memberEnd + 1) {
    while (at < end && (load<u8>(at) == 32 || load<u8>(at) == 9)) at++;
    memberStart = at;
    memberEnd = at;
    while (memberEnd < end && load<u8>(memberEnd) != 44) memberEnd++;
    let equals = at;
    while (equals < memberEnd && load<u8>(equals) != 61) equals++;
    memberValue = equals + 1;
    if (equals - at == key.size && memory.compare(at, key.pointer, key.size) == 0) return true;
  }
  return false;
}

/** The numbers of METRIC_DATA_TYPE_*, which are not those of the fields. */
function typeOfData(number: u32): u32 {
  if (number == 5) return 1;
  if (number == 7) return 2;
  if (number == 9) return 3;
  if (number == 10) return 4;
  return number == 11 ? 5 : 0;
}

function id(record: Record, field: u32, kind: u32, size: usize): Val {
  if (record.find(field, Wire.Bytes) && fieldEnd - fieldBody == size) return Val.bytes(kind, fieldBody, size);
  const zeros = arena.take(size);
  memory.fill(zeros, 0, size);
  return Val.bytes(kind, zeros, size);
}

function unpacked(record: Record, field: u32, access: Access): Val {
  const builder = new RunBuilder();
  if (record.find(field, Wire.Bytes)) {
    const end = fieldEnd;
    for (let at = fieldBody; at < end; ) {
      if (access == Access.PackedVarint) {
        if (!readVarint(at, end)) break;
        builder.element(Val.int(<i64>varint));
        at += varintBytes(at);
      } else {
        builder.element(Val.ofBits(access == Access.PackedDouble ? Kind.Double : Kind.Int, load<u64>(at)));
        at += 8;
      }
    }
  }
  const list = builder.end(Kind.List);
  if (access != Access.PackedDouble) list.bits = UNSIGNED;
  return list;
}

function varintBytes(at: usize): usize {
  let size: usize = 1;
  while (load<u8>(at++) >= 0x80) size++;
  return size;
}

/** Follows a path's keys: a key that is not there gives nil, an index that is not there an error. */
function followed(base: Val, path: Node, first: u32): Val | null {
  let value: Val = base;
  for (let i = first; i < path.count; i++) {
    const key = evaluate(path.node(i));
    if (key === null) return null;
    if (value.kind == Kind.Map) {
      if (key.kind != Kind.Text) return error('the key of a map must be a text');
      if (!findEntry(value, key.pointer, key.size)) return NIL;
      value = decode(valueStart, valueEnd);
    } else if (value.kind == Kind.List) {
      if (key.kind != Kind.Int) return error('the index of a list must be an integer');
      const element = elementAt(value, key.int);
      if (element === null) return error('the index is out of bounds');
      value = element;
    } else {
      return error('this value cannot be indexed');
    }
  }
  return value;
}

// #region writing

/** Gives the field another value. False, with the reason, when it cannot have it. */
export function setPath(path: Node, value: Val): bool {
  if (path.count == KEYS || path.word(ACCESS) == Access.TraceState) return setField(path, value);
  const base = getField(path);
  if (base === null) return false;
  if (path.word(ACCESS) == Access.Value && base.kind != Kind.Map && base.kind != Kind.List)
    return failedWith('this body cannot be indexed');
  isSet = true;
  const changed = withKey(base, path, KEYS, value);
  return setField(path, changed) && isSet;
}

/** Whether the value came to where it should: what was made on the way there stays, as in the Collector. */
let isSet: bool = true;

function unset(value: Val, why: string): Val {
  if (why.length > 0) failedWith(why);
  isSet = false;
  return value;
}

function withKey(base: Val, path: Node, index: u32, value: Val): Val {
  if (index == path.count) {
    if (!isStorable(value) || (value.kind == Kind.List && value.bits == UNSIGNED)) return unset(base, 'a value of this type cannot be stored');
    return value;
  }
  const key = evaluate(path.node(index));
  if (key === null) return unset(base, '');
  let owner: Val = base;
  if (base.kind == Kind.Nil) {
    if (key.kind == Kind.Text) owner = Val.run(Kind.Map, VALUES_TAG, 0, 0);
    else if (key.kind == Kind.Int) owner = padded(key.int);
    else return unset(base, 'a key must be a text or an integer');
  }
  if (owner.kind == Kind.Map) {
    if (key.kind != Kind.Text) return unset(base, 'the key of a map must be a text');
    const isThere = findEntry(owner, key.pointer, key.size);
    const current = isThere ? decode(valueStart, valueEnd) : NIL;
    // A map that is put into itself has the key by then, with an empty map.
    if (!isThere && index + 1 == path.count && value.kind == Kind.Map && value.pointer == owner.pointer && value.size == owner.size && (value.size > 0 || (value.tag == owner.tag && value.tag != VALUES_TAG)))
      value = withEntry(value, key.pointer, key.size, Val.run(Kind.Map, VALUES_TAG, 0, 0));
    return withEntry(owner, key.pointer, key.size, withKey(current, path, index + 1, value));
  }
  if (owner.kind == Kind.List) {
    if (key.kind != Kind.Int) return unset(base, 'the index of a list must be an integer');
    const element = elementAt(owner, key.int);
    if (element === null) return unset(base, 'the index is out of bounds');
    const from = entryStart;
    const to = entryEnd;
    return withElement(owner, from, to, withKey(element, path, index + 1, value));
  }
  return unset(base, 'this value cannot be indexed');
}

function padded(index: i64): Val {
  const builder = new RunBuilder();
  for (let i: i64 = 0; i <= index; i++) builder.element(NIL);
  return builder.end(Kind.List);
}

function setField(path: Node, value: Val): bool {
  const access = <Access>path.word(ACCESS);
  if (access == Access.Cache) {
    if (value.kind == Kind.Nil) setCache(Val.run(Kind.Map, VALUES_TAG, 0, 0));
    else if (value.kind == Kind.Map) setCache(withTag(value, VALUES_TAG));
    else return failedWith('the cache can only be a map');
    return true;
  }
  const record = recordAt(path.word(RECORD));
  const number = path.word(CHILD);
  if (number == 0) return put(record, path, access, value);
  // The message around the field is written anew.
  const owner = ownerOf(path);
  if (!put(owner, path, access, value)) return false;
  owner.settle();
  record.putBytes(number, owner.start, owner.end - owner.start);
  return true;
}

function put(record: Record, path: Node, access: Access, value: Val): bool {
  const field = fieldOf(path);
  if (field == NO_FIELD) return record === data || failedWith('this kind of metric has no such field');
  switch (access) {
    case Access.Text:
      if (value.kind != Kind.Text) return failedWith('expected a text');
      record.putBytes(field, value.pointer, value.size);
      return true;
    case Access.TraceState:
      return putTraceState(record, field, path, value);
    case Access.Varint:
      if (value.kind != Kind.Int) return failedWith('expected an integer');
      // Enums have 32 bits.
      record.putVarint(field, <u64>(<i64>(<i32>value.int)));
      return true;
    case Access.Varint32:
      if (value.kind != Kind.Int) return failedWith('expected an integer');
      record.putVarint(field, <u64>(<u32>value.int));
      return true;
    case Access.Fixed64:
      if (value.kind != Kind.Int) return failedWith('expected an integer');
      record.putFixed64(field, value.bits);
      return true;
    case Access.Fixed32:
      if (value.kind != Kind.Int) return failedWith('expected an integer');
      if (path.word(EXTRA) != 0 && value.bits > <u64>u32.MAX_VALUE) return failedWith('the number does not fit in 32 bits');
      record.putFixed32(field, <u32>value.bits);
      return true;
    case Access.Time:
      if (value.kind != Kind.Time) return failedWith('expected a time');
      record.putFixed64(field, value.bits);
      return true;
    case Access.Bool:
      if (value.kind != Kind.Bool) return failedWith('expected a bool');
      record.putVarint(field, value.bits);
      return true;
    case Access.Double:
    case Access.OptionalDouble:
      if (value.kind != Kind.Double) return failedWith('expected a double');
      record.putFixed64(field, value.bits);
      return true;
    case Access.Zigzag: {
      if (value.kind != Kind.Int) return failedWith('expected an integer');
      const bits = <i32>value.int;
      record.putVarint(field, <u64>(<u32>((bits << 1) ^ (bits >> 31))));
      return true;
    }
    case Access.Map: {
      if (value.kind == Kind.Nil) record.remove(field);
      else if (value.kind == Kind.Map) {
        const run = withTag(value, (field << 3) | Wire.Bytes);
        record.putRun(field, run.pointer, run.size);
      } else return failedWith('expected a map');
      return true;
    }
    case Access.Value: {
      if (!isStorable(value)) return failedWith('a value of this type cannot be stored');
      const size = encodedSize(value);
      const at = arena.take(size);
      encode(at, value);
      record.putBytes(field, at, size);
      return true;
    }
    case Access.ValueText: {
      if (value.kind != Kind.Text) return failedWith('expected a text');
      const size = encodedSize(value);
      const at = arena.take(size);
      encode(at, value);
      record.putBytes(field, at, size);
      return true;
    }
    case Access.TraceId:
    case Access.ProfileId:
    case Access.SpanId:
      if (value.kind != (access == Access.SpanId ? Kind.SpanId : access == Access.TraceId ? Kind.TraceId : Kind.ProfileId))
        return failedWith('expected an id');
      record.putBytes(field, value.pointer, value.size);
      return true;
    case Access.TraceIdText:
    case Access.ProfileIdText:
    case Access.SpanIdText: {
      if (value.kind != Kind.Text) return failedWith('expected a text');
      const size: usize = access == Access.SpanIdText ? 8 : 16;
      const bytes = value.size == 2 * size ? fromHex(value) : null;
      if (bytes === null) return failedWith('an id has ' + (<i32>(2 * size)).toString() + ' hexadecimal digits');
      record.putBytes(field, bytes.pointer, bytes.size);
      return true;
    }
    case Access.Opaque:
      if (value.kind != Kind.Opaque || value.tag != path.word(EXTRA)) return failedWith('expected a value of the same kind');
      // A message that is empty is there all the same; a run is not.
      if (value.size == 0 && !((record.repeated >> field) & 1)) record.putBytes(field, 0, 0);
      else {
        const run = withTag(value, (field << 3) | Wire.Bytes);
        record.putRun(field, run.pointer, run.size);
      }
      return true;
    case Access.Symbol: {
      if (value.kind != Kind.Text) return failedWith('expected a text');
      const names = path.node(EXTRA);
      for (let i: u32 = 0; i < names.count; i++) {
        const name = names.node(i).constant;
        if (name.size == 0 || name.size != value.size || memory.compare(name.pointer, value.pointer, name.size) != 0) continue;
        record.putVarint(field, <u64>i);
        return true;
      }
      return failedWith('none of the names that this field can have');
    }
    case Access.PointInt:
      if (value.kind != Kind.Int) return failedWith('expected an integer');
      record.remove(4);
      record.putFixed64(6, value.bits);
      return true;
    case Access.PointDouble:
      if (value.kind != Kind.Double) return failedWith('expected a double');
      record.remove(6);
      record.putFixed64(4, value.bits);
      return true;
    case Access.PackedFixed64:
    case Access.PackedVarint:
    case Access.PackedDouble:
      return pack(record, field, access, value);
    default:
      // Silently, as the Collector does for a metric's type.
      return access == Access.MetricType;
  }
}

/** What is no vendor's key is passed over. */
function isVendor(key: Val): bool {
  for (let i: usize = 0; i < key.size; i++) {
    const byte = load<u8>(key.pointer + i);
    const isLetter = byte - 97 < 26;
    if (!isLetter && byte - 48 >= 10 && (i == 0 || (byte != 95 && byte != 45 && byte != 42 && byte != 47 && byte != 64))) return false;
  }
  return key.size > 0;
}

/** A vendor's new member comes first. */
function putTraceState(record: Record, field: u32, path: Node, value: Val): bool {
  if (value.kind != Kind.Text) return failedWith('expected a text');
  if (path.count == KEYS) {
    record.putBytes(field, value.pointer, value.size);
    return true;
  }
  const key = evaluate(path.node(KEYS));
  if (key === null) return false;
  if (!isVendor(key)) return true;
  const whole = record.find(field, Wire.Bytes) ? Val.text(fieldBody, fieldEnd - fieldBody) : Val.text(0, 0);
  const builder = new Builder(whole.size + key.size + value.size + 2);
  builder.value(key);
  builder.byte(61);
  builder.value(value);
  const end = whole.pointer + whole.size;
  const replaces = member(whole, key);
  const from = replaces ? memberStart : end;
  const to = replaces ? min(memberEnd + 1, end) : end;
  if (whole.size - (to - from) > 0) builder.byte(44);
  builder.bytes(whole.pointer, from - whole.pointer);
  builder.bytes(to, end - to);
  if (replaces && to == end && from > whole.pointer) builder.size--;
  record.putBytes(field, builder.pointer, builder.size);
  return true;
}

function pack(record: Record, field: u32, access: Access, value: Val): bool {
  if (value.kind != Kind.List) return failedWith('expected a list');
  const wanted = access == Access.PackedDouble ? Kind.Double : Kind.Int;
  const end = value.pointer + value.size;
  // A number takes at least as many bytes in the list as ten, at most, here.
  const packed = arena.take(10 * value.size + 10);
  let to = packed;
  for (let at = value.pointer; showElement(at, end); ) {
    at = entryEnd;
    const element = decode(valueStart, valueEnd);
    if (element.kind != wanted) return failedWith('expected a list of numbers');
    if (access == Access.PackedVarint) {
      let bits = element.bits;
      for (; bits >= 0x80; bits >>= 7) store<u8>(to++, <u8>(bits | 0x80));
      store<u8>(to++, <u8>bits);
    } else {
      store<u64>(to, element.bits);
      to += 8;
    }
  }
  record.putBytes(field, packed, to - packed);
  return true;
}

// #endregion
