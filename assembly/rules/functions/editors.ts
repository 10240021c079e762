import { anyArg, intArg, literalBool, literalInt, literalText, listArg, mapArg, textArg } from './arguments';
import { argumentNode, define, hasArgument } from '../evaluate/call';
import { decode, elementAt } from '../values/anyValue';
import { withEntry, withoutBytes } from '../values/copies';
import { elementCount, entryEnd, entryStart, findEntry, keyPointer, keySize, showElement, showEntry, valueEnd, valueStart } from '../values/entries';
import { RunBuilder } from '../values/runBuilder';
import { evaluate } from '../evaluate/evaluate';
import { error } from '../values/failure';
import { Builder } from '../values/builder';
import { sameBytes } from 'otelwasm/assembly/text';
import { Op } from '../program/ops';
import { isMember, setPath } from '../paths';
import { Node } from '../program/program';
import { startsRune } from '../text/runes';
import { asText } from '../text/texts';
import { Kind, NIL, VALUES_TAG, Val, isStorable } from '../values/val';

/** Assigns a value to the first argument of the call, which is a path. */
export function assign(call: Node, value: Val): Val | null {
  return setPath(argumentNode(call, 0)!, value) ? NIL : null;
}

define('set', (call: Node): Val | null => {
  const value = anyArg(call, 1);
  if (value === null) return null;
  // Nil leaves the target unchanged.
  return value.kind == Kind.Nil ? NIL : assign(call, value);
});

define('append', (call: Node): Val | null => {
  const target = anyArg(call, 0);
  if (target === null) return null;
  const builder = new RunBuilder();
  if (target.kind == Kind.List) builder.copy(target.pointer, target.pointer + target.size);
  else if (!isStorable(target) || target.kind == Kind.Map) return error('a value of this type cannot be appended to');
  else if (target.kind != Kind.Nil) builder.element(target);
  if (hasArgument(call, 1) && !appendOne(builder, argumentNode(call, 1)!)) return null;
  if (hasArgument(call, 2)) {
    const values = argumentNode(call, 2)!;
    for (let i: u32 = 0; i < values.count; i++) {
      if (!appendOne(builder, values.node(i))) return null;
    }
  }
  return assign(call, builder.end(Kind.List));
});

/** Appends one value. Like the Collector, it rejects maps, and lists that are not literals. */
function appendOne(builder: RunBuilder, node: Node): bool {
  const value = evaluate(node);
  if (value === null) return false;
  if (!isStorable(value) || value.kind == Kind.Map || (value.kind == Kind.List && node.op == Op.Path)) {
    error('a value of this type cannot be stored');
    return false;
  }
  builder.element(value);
  return true;
}

/** The tag of a span's status among opaque values. */
const STATUS: u32 = 15;

define('clear', (call: Node): Val | null => {
  const value = anyArg(call, 0);
  if (value === null) return null;
  if (value.kind == Kind.Nil) return assign(call, NIL);
  if (value.kind == Kind.Opaque && value.tag == STATUS) return NIL;
  if (isMember(argumentNode(call, 0)!)) return NIL;
  const empty = Val.make(value.kind);
  empty.tag = value.kind == Kind.Time ? 0 : value.tag;
  // The beginning of the year 1, truncated to 64 bits.
  if (value.kind == Kind.Time) empty.bits = 0xa1b203eb3d1a0000;
  if (value.kind >= <u32>Kind.TraceId && value.kind <= <u32>Kind.ProfileId) {
    empty.size = value.size;
    empty.pointer = changetype<usize>(Val.make(0));
  }
  return assign(call, empty);
});

define('delete_index', (call: Node): Val | null => {
  const list = listArg(call, 0);
  if (list === null) return null;
  const start = intArg(call, 1);
  if (start === null) return null;
  let end = start.int + 1;
  if (hasArgument(call, 2)) {
    const given = intArg(call, 2);
    if (given === null) return null;
    end = given.int;
  }
  const from = start.int;
  const count: i64 = elementCount(list);
  if (from == 0 && end == count) return assign(call, Val.run(Kind.List, VALUES_TAG, 0, 0));
  if (from < 0 || from >= count || end < from || end > count) return error('the range is out of bounds');
  let kept: Val = list;
  for (let index = from; index < end; index++) {
    elementAt(kept, from);
    kept = withoutBytes(kept, entryStart, entryEnd);
  }
  return assign(call, kept);
});

define('delete_key', (call: Node): Val | null => {
  const map = mapArg(call, 0);
  if (map === null) return null;
  const key = textArg(call, 1);
  if (key === null) return null;
  if (!findEntry(map, key.pointer, key.size)) return NIL;
  return assign(call, withLastAt(map, entryStart, entryEnd));
});

/** Removes an entry from a map. Like in the Collector, the last entry takes its place. */
export function withLastAt(map: Val, from: usize, to: usize): Val {
  const end = map.pointer + map.size;
  if (to == end) return withoutBytes(map, from, to);
  let last = to;
  for (let at = to; showEntry(at, end); at = entryEnd) last = entryStart;
  const builder = new RunBuilder();
  builder.copy(map.pointer, from);
  builder.copy(last, end);
  builder.copy(to, last);
  return builder.end(Kind.Map, map.tag);
}

define('keep_keys', (call: Node): Val | null => {
  const map = mapArg(call, 0);
  if (map === null) return null;
  const keys = argumentNode(call, 1)!;
  const wanted = new StaticArray<Val>(<i32>keys.count);
  for (let i: u32 = 0; i < keys.count; i++) {
    const key = evaluate(keys.node(i));
    if (key === null) return null;
    if (key.kind != Kind.Text) return error('a key must be a string');
    wanted[i] = key;
  }
  const builder = new RunBuilder();
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); at = entryEnd) {
    for (let i = 0; i < wanted.length; i++) {
      if (wanted[i].size != keySize || !sameBytes(wanted[i].pointer, keyPointer, keySize)) continue;
      builder.copy(entryStart, entryEnd);
      break;
    }
  }
  return assign(call, builder.end(Kind.Map, map.tag));
});

define('limit', (call: Node): Val | null => {
  const map = mapArg(call, 0);
  if (map === null) return null;
  const limit = literalInt(call, 1, 0);
  const keys = argumentNode(call, 2)!;
  if (<i64>elementCount(map) <= limit) return NIL;
  let others = limit;
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); at = entryEnd) others -= i64(isAmong(keys));
  const builder = new RunBuilder();
  for (let at = map.pointer; showEntry(at, end); at = entryEnd) {
    if (!isAmong(keys) && others-- <= 0) continue;
    builder.copy(entryStart, entryEnd);
  }
  return assign(call, builder.end(Kind.Map, map.tag));
});

function isAmong(keys: Node): bool {
  for (let i: u32 = 0; i < keys.count; i++) {
    const key = keys.node(i).constant;
    if (key.size == keySize && sameBytes(key.pointer, keyPointer, keySize)) return true;
  }
  return false;
}

define('merge_maps', (call: Node): Val | null => {
  const target = mapArg(call, 0);
  if (target === null) return null;
  const source = mapArg(call, 1);
  if (source === null) return null;
  const strategy = argumentNode(call, 2)!.constant;
  const first = strategy.size > 2 ? load<u8>(strategy.pointer, 2) : 0;
  let merged: Val = target;
  // A map that is merged with itself loses its values, because each one is cleared before it is copied from itself.
  const isItself = source.pointer == target.pointer && source.size == target.size;
  const end = source.pointer + source.size;
  for (let at = source.pointer; showEntry(at, end); ) {
    at = entryEnd;
    const key = keyPointer;
    const size = keySize;
    const value = decode(valueStart, valueEnd);
    const exists = findEntry(merged, key, size);
    // `insert` only adds, `update` only replaces, `upsert` does both.
    if (first == 115 && strategy.size == 6 && load<u8>(strategy.pointer) == 105 && exists) continue;
    if (first == 100 && !exists) continue;
    merged = withEntry(merged, key, size, isItself ? NIL : value);
  }
  return assign(call, merged);
});

define('truncate_all', (call: Node): Val | null => {
  const map = mapArg(call, 0);
  if (map === null) return null;
  const limit = <usize>literalInt(call, 1, 0);
  const safe = literalBool(call, 2, true);
  const marker = literalText(call, 3, NIL);
  const builder = new RunBuilder();
  let changed = false;
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); at = entryEnd) {
    const value = decode(valueStart, valueEnd);
    if (value.kind != Kind.Text || value.size <= limit) {
      builder.copy(entryStart, entryEnd);
      continue;
    }
    changed = true;
    let size = limit - marker.size;
    while (safe && size > 0 && !startsRune(value.pointer + size)) size--;
    const text = new Builder(size + marker.size);
    text.bytes(value.pointer, size);
    text.value(marker);
    builder.entry(keyPointer, keySize, text.text(), map.tag);
  }
  return changed ? assign(call, builder.end(Kind.Map, map.tag)) : NIL;
});

define('stringify_all', (call: Node): Val | null => {
  const map = mapArg(call, 0);
  if (map === null) return null;
  const builder = new RunBuilder();
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); ) {
    const start = entryStart;
    at = entryEnd;
    const key = keyPointer;
    const size = keySize;
    const value = decode(valueStart, valueEnd);
    if (value.kind == Kind.Text) builder.copy(start, at);
    else builder.entry(key, size, asText(value)!, map.tag);
  }
  return assign(call, builder.end(Kind.Map, map.tag));
});
