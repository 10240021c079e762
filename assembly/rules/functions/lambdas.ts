import { anyArg, mapArg } from './arguments';
import { argumentNode, define, hasArgument } from '../evaluate/call';
import { decode } from '../values/anyValue';
import { withEntry } from '../values/copies';
import { entryEnd, keyPointer, keySize, showElement, showEntry, valueEnd, valueStart } from '../values/entries';
import { RunBuilder } from '../values/runBuilder';
import { error } from '../values/failure';
import { setParameter, lambdaHolds, lambdaResult } from '../evaluate/lambdas';
import { Node } from '../program/program';
import { Kind, NIL, VALUES_TAG, Val, isStorable } from '../values/val';

/** The current entry of a map or element of a list. The key of an element is its index. */
let key: Val = NIL;
let value: Val = NIL;

function step(source: Val, at: usize, index: i64): usize {
  const end = source.pointer + source.size;
  if (source.kind == Kind.Map) {
    if (!showEntry(at, end)) return 0;
    key = Val.text(keyPointer, keySize);
  } else {
    if (!showElement(at, end)) return 0;
    key = Val.int(index);
  }
  const next = entryEnd;
  value = decode(valueStart, valueEnd);
  return next;
}

function sourceOf(call: Node): Val | null {
  const source = anyArg(call, 0);
  if (source === null || source.kind == Kind.Map || source.kind == Kind.List) return source;
  return error('expected a map or a list');
}

/** Searches for an entry for which the lambda returns `wanted`: 1 if found, 0 if not, -1 on an error. */
function search(call: Node, source: Val, wanted: i32): i32 {
  const lambda = argumentNode(call, 1)!;
  for (let at = step(source, source.pointer, 0), i: i64 = 1; at != 0; at = step(source, at, i++)) {
    const foundKey = key;
    const foundValue = value;
    setParameter(lambda, 0, key);
    setParameter(lambda, 1, value);
    const truth = lambdaHolds(lambda);
    if (truth < 0) return -1;
    key = foundKey;
    value = foundValue;
    if (truth == wanted) return 1;
  }
  return 0;
}

define('Any', (call: Node): Val | null => {
  const source = sourceOf(call);
  if (source === null) return null;
  const found = search(call, source, 1);
  return found < 0 ? null : Val.bool(found == 1);
});

define('All', (call: Node): Val | null => {
  const source = sourceOf(call);
  if (source === null) return null;
  const found = search(call, source, 0);
  return found < 0 ? null : Val.bool(found == 0);
});

define('Find', (call: Node): Val | null => {
  const source = sourceOf(call);
  if (source === null) return null;
  const found = search(call, source, 1);
  if (found <= 0) return found < 0 ? null : NIL;
  if (!hasArgument(call, 2)) return value;
  const mapper = argumentNode(call, 2)!;
  setParameter(mapper, 0, key);
  setParameter(mapper, 1, value);
  return lambdaResult(mapper);
});

define('Filter', (call: Node): Val | null => {
  const source = sourceOf(call);
  if (source === null) return null;
  const lambda = argumentNode(call, 1)!;
  const builder = new RunBuilder();
  let from = source.pointer;
  for (let at = step(source, from, 0), i: i64 = 1; at != 0; from = at, at = step(source, at, i++)) {
    setParameter(lambda, 0, key);
    setParameter(lambda, 1, value);
    const truth = lambdaHolds(lambda);
    if (truth < 0) return null;
    if (truth > 0) builder.copy(from, at);
  }
  return builder.end(source.kind, source.tag);
});

define('MapEach', (call: Node): Val | null => {
  const source = sourceOf(call);
  if (source === null) return null;
  const lambda = argumentNode(call, 1)!;
  const builder = new RunBuilder();
  for (let at = step(source, source.pointer, 0), i: i64 = 1; at != 0; at = step(source, at, i++)) {
    const name = key;
    setParameter(lambda, 0, key);
    setParameter(lambda, 1, value);
    const result = lambdaResult(lambda);
    if (result === null) return null;
    if (!isStorable(result)) return error('a value of this type cannot be stored');
    if (source.kind == Kind.Map) builder.entry(name.pointer, name.size, result);
    else builder.element(result);
  }
  return builder.end(source.kind);
});

define('MapKeys', (call: Node): Val | null => {
  const source = mapArg(call, 0);
  if (source === null) return null;
  const lambda = argumentNode(call, 1)!;
  let map = Val.run(Kind.Map, VALUES_TAG, 0, 0);
  for (let at = step(source, source.pointer, 0), i: i64 = 1; at != 0; at = step(source, at, i++)) {
    const kept = value;
    setParameter(lambda, 0, key);
    setParameter(lambda, 1, value);
    const name = lambdaResult(lambda);
    if (name === null) return null;
    if (name.kind != Kind.Text) return error('a key must be a string');
    map = withEntry(map, name.pointer, name.size, kept);
  }
  return map;
});

define('Reduce', (call: Node): Val | null => {
  const source = sourceOf(call);
  if (source === null) return null;
  let result = anyArg(call, 1);
  const lambda = argumentNode(call, 2)!;
  for (let at = step(source, source.pointer, 0), i: i64 = 1; at != 0 && result !== null; at = step(source, at, i++)) {
    setParameter(lambda, 0, result);
    setParameter(lambda, 1, key);
    setParameter(lambda, 2, value);
    result = lambdaResult(lambda);
  }
  return result;
});

define('When', (call: Node): Val | null => {
  const truth = lambdaHolds(argumentNode(call, 0)!);
  return truth < 0 ? null : anyArg(call, truth > 0 ? 1 : 2);
});
