import { literalBool, literalInt, literalText, mapArg } from './arguments';
import { assign } from './editors';
import { Builder } from '../values/builder';
import { define } from '../evaluate/call';
import { decode } from '../values/anyValue';
import { withEntry } from '../values/copies';
import { entryEnd, findEntry, keyPointer, keySize, showElement, showEntry, valueEnd, valueStart } from '../values/entries';
import { Node } from '../program/program';
import { Kind, NIL, VALUES_TAG, Val } from '../values/val';

let flattened: Val = NIL;
let resolves: bool = false;
let maxDepth: i64 = 0;
/** The number of conflicts per key. */
const conflicts: Map<string, i32> = new Map<string, i32>();

define('flatten', (call: Node): Val | null => {
  const map = mapArg(call, 0);
  if (map === null) return null;
  flattened = Val.run(Kind.Map, VALUES_TAG, 0, 0);
  conflicts.clear();
  resolves = literalBool(call, 3, false);
  maxDepth = literalInt(call, 2, i64.MAX_VALUE);
  flattenMap(map, literalText(call, 1, Val.text(0, 0)), 0);
  return assign(call, flattened);
});


function flattenMap(map: Val, prefix: Val, depth: i64): void {
  const end = map.pointer + map.size;
  for (let at = map.pointer; showEntry(at, end); ) {
    at = entryEnd;
    const key = Val.text(keyPointer, keySize);
    flattenValue(prefix.size > 0 ? joined(prefix, key) : key, decode(valueStart, valueEnd), depth);
  }
}

function joined(prefix: Val, key: Val): Val {
  const builder = new Builder(prefix.size + key.size + 1);
  builder.value(prefix);
  builder.byte(46);
  builder.value(key);
  return builder.text();
}

function joinedIndex(prefix: Val, index: i64): Val {
  const builder = new Builder(prefix.size + 8);
  builder.value(prefix);
  builder.byte(46);
  builder.int(index);
  return builder.text();
}

function flattenValue(key: Val, value: Val, depth: i64): void {
  if (value.kind == Kind.Map && depth < maxDepth) flattenMap(value, key, depth + 1);
  else if (value.kind == Kind.List && depth < maxDepth) flattenList(value, key, depth);
  else put(key, value);
}

function flattenList(list: Val, key: Val, depth: i64): void {
  const end = list.pointer + list.size;
  let index: i64 = 0;
  for (let at = list.pointer; showElement(at, end); index++) {
    at = entryEnd;
    const value = decode(valueStart, valueEnd);
    if (value.kind == Kind.Map && depth + 1 < maxDepth) flattenMap(value, joinedIndex(key, index), depth + 2);
    else if (value.kind == Kind.List && depth + 1 < maxDepth) flattenInner(value, joinedIndex(key, index), depth + 2);
    else if (resolves) put(key, value);
    else put(joinedIndex(key, index), value);
  }
}

/** Flattens a nested list. Its indexes follow the key of the outer list without a dot. */
function flattenInner(list: Val, prefix: Val, depth: i64): void {
  const end = list.pointer + list.size;
  let index: i64 = 0;
  for (let at = list.pointer; showElement(at, end); index++) {
    at = entryEnd;
    const builder = new Builder(prefix.size + 8);
    builder.value(prefix);
    builder.int(index);
    flattenValue(builder.text(), decode(valueStart, valueEnd), depth + 1);
  }
}

function put(key: Val, value: Val): void {
  if (resolves) {
    const name = String.UTF8.decodeUnsafe(key.pointer, key.size);
    if (findEntry(flattened, key.pointer, key.size)) {
      const count = conflicts.has(name) ? conflicts.get(name) : 0;
      conflicts.set(name, count + 1);
      key = joinedIndex(key, count);
    } else {
      conflicts.set(name, 0);
    }
  }
  flattened = withEntry(flattened, key.pointer, key.size, value);
}

