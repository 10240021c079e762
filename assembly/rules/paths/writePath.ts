import { Wire } from 'otelwasm/assembly/protobuf/wire';
import { Access } from '../program/access';
import { Node } from '../program/program';
import { Record } from '../records/record';
import { data, recordAt, setCache } from '../records/state';
import { fromHex } from '../text/hex';
import { arena } from '../values/arena';
import { decode, elementAt, encode, encodedSize, withTag } from '../values/anyValue';
import { withElement, withEntry } from '../values/copies';
import { entryEnd, entryStart, findEntry, valueEnd, valueStart } from '../values/entries';
import { RunBuilder } from '../values/runBuilder';
import { failedWith } from '../values/failure';
import { isStorable, Kind, NIL, UNSIGNED, VALUES_TAG, Val } from '../values/val';
import { keyOf } from './keys';
import { pack } from './packed';
import { ACCESS, CHILD, EXTRA, fieldOf, KEYS, NO_FIELD, ownerOf, RECORD } from './pathNode';
import { getField } from './readPath';
import { putTraceState } from './traceState';

/** Sets a path to a value. Returns false, with the reason, if it cannot have this value. */
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

/** Whether the value was set. Maps and lists that were created on the way stay even if not, as in the Collector. */
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
  const key = keyOf(path, index);
  if (key === null) return unset(base, '');
  let owner: Val = base;
  if (base.kind == Kind.Nil) {
    if (key.kind == Kind.Text) owner = Val.run(Kind.Map, VALUES_TAG, 0, 0);
    else if (key.kind == Kind.Int) owner = padded(key.int);
    else return unset(base, 'a key must be a string or an integer');
  }
  if (owner.kind == Kind.Map) {
    if (key.kind != Kind.Text) return unset(base, 'the key of a map must be a string');
    const isThere = findEntry(owner, key.pointer, key.size);
    const current = isThere ? decode(valueStart, valueEnd) : NIL;
    // A map that is assigned into itself already has the key, with an empty map.
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
  return unset(base, 'a value of this type cannot be indexed');
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
    else return failedWith('the cache must be a map');
    return true;
  }
  const record = recordAt(path.word(RECORD));
  const number = path.word(CHILD);
  if (number == 0) return put(record, path, access, value);
  // The child message is encoded again.
  const owner = ownerOf(path);
  if (!put(owner, path, access, value)) return false;
  owner.flush();
  record.putBytes(number, owner.start, owner.end - owner.start);
  return true;
}

function put(record: Record, path: Node, access: Access, value: Val): bool {
  const field = fieldOf(path);
  if (field == NO_FIELD) return record === data || failedWith('this kind of metric does not have this field');
  switch (access) {
    case Access.Text:
      if (value.kind != Kind.Text) return failedWith('expected a string');
      record.putBytes(field, value.pointer, value.size);
      return true;
    case Access.TraceState:
      return putTraceState(record, field, path, value);
    case Access.Varint:
      if (value.kind != Kind.Int) return failedWith('expected an integer');
      // Enums are 32-bit.
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
      if (value.kind != Kind.Text) return failedWith('expected a string');
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
      if (value.kind != Kind.Text) return failedWith('expected a string');
      const size: usize = access == Access.SpanIdText ? 8 : 16;
      const bytes = value.size == 2 * size ? fromHex(value) : null;
      if (bytes === null) return failedWith('an id must have ' + (<i32>(2 * size)).toString() + ' hexadecimal digits');
      record.putBytes(field, bytes.pointer, bytes.size);
      return true;
    }
    case Access.Opaque:
      if (value.kind != Kind.Opaque || value.tag != path.word(EXTRA)) return failedWith('expected a value of the same kind');
      // An empty message is present; an empty run is not.
      if (value.size == 0 && !((record.repeated >> field) & 1)) record.putBytes(field, 0, 0);
      else {
        const run = withTag(value, (field << 3) | Wire.Bytes);
        record.putRun(field, run.pointer, run.size);
      }
      return true;
    case Access.Symbol: {
      if (value.kind != Kind.Text) return failedWith('expected a string');
      const names = path.node(EXTRA);
      for (let i: u32 = 0; i < names.count; i++) {
        const name = names.node(i).constant;
        if (name.size == 0 || name.size != value.size || memory.compare(name.pointer, value.pointer, name.size) != 0) continue;
        record.putVarint(field, <u64>i);
        return true;
      }
      return failedWith('unknown name for this field');
    }
    case Access.PointInt:
      if (value.kind != Kind.Int) return failedWith('expected an integer');
      record.remove(path.word(EXTRA));
      record.putFixed64(field, value.bits);
      return true;
    case Access.PointDouble:
      if (value.kind != Kind.Double) return failedWith('expected a double');
      record.remove(path.word(EXTRA));
      record.putFixed64(field, value.bits);
      return true;
    case Access.PackedFixed64:
    case Access.PackedVarint:
    case Access.PackedDouble:
      return pack(record, field, access, value);
    default:
      // The Collector ignores writes to a metric's type.
      return access == Access.MetricType;
  }
}
