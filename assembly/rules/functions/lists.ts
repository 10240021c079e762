import { anyArg, listArg, textArg, literalText } from './arguments';
import { argumentNode, define, hasArgument } from '../evaluate/call';
import { compare, compareBytes } from '../values/compare';
import { decode } from '../values/anyValue';
import { withEntry } from '../values/copies';
import { elementCount, entryEnd, findEntry, showElement, valueEnd, valueStart } from '../values/entries';
import { RunBuilder } from '../values/runBuilder';
import { error } from '../values/failure';
import { Op } from '../program/ops';
import { Node } from '../program/program';
import { runeAt, runeSize } from '../text/runes';
import { asText, textOf } from '../text/texts';
import { FALSE, Kind, TRUE, VALUES_TAG, UNCOMPARED, Val } from '../values/val';

/** The kind of comparison of Sort. */
let sortKind: u32 = 0;
let descends: bool = false;

/** The offset of `part` in the text at or after `from`; -1 if it is missing. */
export function indexIn(text: Val, part: Val, from: usize): i64 {
  for (let at = from; at + part.size <= text.size; at++) {
    if (memory.compare(text.pointer + at, part.pointer, part.size) == 0) return <i64>at;
  }
  return -1;
}

/** A list that is not comparable: see compare.ts. */
function splitList(builder: RunBuilder): Val {
  const list = builder.end(Kind.List);
  list.bits = UNCOMPARED;
  return list;
}

define('Split', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  const delimiter = textArg(call, 1);
  if (delimiter === null) return null;
  const builder = new RunBuilder();
  if (delimiter.size == 0) {
    const end = text.pointer + text.size;
    for (let at = text.pointer; at < end; at += runeSize) {
      runeAt(at, end);
      builder.element(Val.text(at, runeSize));
    }
    return splitList(builder);
  }
  let from: usize = 0;
  for (let at = indexIn(text, delimiter, 0); at >= 0; at = indexIn(text, delimiter, from)) {
    builder.element(Val.text(text.pointer + from, <usize>at - from));
    from = <usize>at + delimiter.size;
  }
  builder.element(Val.text(text.pointer + from, text.size - from));
  return splitList(builder);
});

define('Index', (call: Node): Val | null => {
  const target = anyArg(call, 0);
  if (target === null) return null;
  const value = anyArg(call, 1);
  if (value === null) return null;
  if (target.kind == Kind.Text)
    return value.kind == Kind.Text ? Val.int(indexIn(target, value, 0)) : error('expected a string');
  if (target.kind != Kind.List) return error('expected a string or a list');
  return Val.int(indexOf(target, value));
});

function indexOf(list: Val, value: Val): i64 {
  const end = list.pointer + list.size;
  let index: i64 = 0;
  for (let at = list.pointer; showElement(at, end); index++) {
    at = entryEnd;
    if (compare(decode(valueStart, valueEnd), value, Op.Equal)) return index;
  }
  return -1;
}

define('ContainsValue', (call: Node): Val | null => {
  const list = listArg(call, 0);
  if (list === null) return null;
  const value = anyArg(call, 1);
  return value === null ? null : indexOf(list, value) >= 0 ? TRUE : FALSE;
});

define('Len', (call: Node): Val | null => {
  const value = anyArg(call, 0);
  if (value === null) return null;
  switch (value.kind) {
    case Kind.Text:
    case Kind.Bytes:
      return Val.int(<i64>value.size);
    case Kind.List:
    case Kind.Map:
      return Val.int(elementCount(value));
    case Kind.Opaque:
      if (value.tag != 15) return Val.int(elementCount(value));
      break;
  }
  return error('this value has no length');
});

// Arguments: list, path of the key, path of the value.
define('SliceToMap', (call: Node): Val | null => {
  const list = listArg(call, 0);
  if (list === null) return null;
  let map = Val.run(Kind.Map, VALUES_TAG, 0, 0);
  const end = list.pointer + list.size;
  let index = 0;
  for (let at = list.pointer; showElement(at, end); index++) {
    at = entryEnd;
    const element = decode(valueStart, valueEnd);
    const hasPath = hasArgument(call, 1) || hasArgument(call, 2);
    if (hasPath && element.kind != Kind.Map) return error('the elements must be maps');
    let key = textOf(index.toString());
    if (hasArgument(call, 1)) {
      const found = atPath(element, argumentNode(call, 1)!);
      if (found === null) return null;
      if (found.kind != Kind.Text) return error('the key of an element must be a string');
      key = found;
    }
    const value = hasArgument(call, 2) ? atPath(element, argumentNode(call, 2)!) : element;
    if (value === null) return null;
    map = withEntry(map, key.pointer, key.size, value);
  }
  return map;
});

function atPath(map: Val, path: Node): Val | null {
  let value: Val = map;
  for (let i: u32 = 0; i < path.count; i++) {
    const key = path.node(i).constant;
    if (value.kind != Kind.Map || !findEntry(value, key.pointer, key.size)) return error('an element does not have this path');
    value = decode(valueStart, valueEnd);
  }
  return path.count == 0 ? error('the path is empty') : value;
}

// #region Sort

define('Sort', (call: Node): Val | null => {
  const list = listArg(call, 0);
  if (list === null) return null;
  const order = literalText(call, 1, textOf('asc'));
  descends = order.size == 4;
  const count = elementCount(list);
  sortKind = commonKind(list);
  if (count == 0 || sortKind == Kind.Nil) return list;
  const values = new Array<usize>(count);
  const end = list.pointer + list.size;
  let index = 0;
  for (let at = list.pointer; showElement(at, end); ) {
    at = entryEnd;
    values[index++] = changetype<usize>(decode(valueStart, valueEnd));
  }
  values.sort((a: usize, b: usize): i32 => {
    const ordered = orderOf(changetype<Val>(a), changetype<Val>(b));
    return descends ? -ordered : ordered;
  });
  const builder = new RunBuilder();
  for (let i = 0; i < count; i++) builder.element(changetype<Val>(values[i]));
  return builder.end(Kind.List);
});

/** The kind for comparing the elements: integer, double or text; nil if there are maps, lists or bytes among them. */
function commonKind(list: Val): u32 {
  let kind: u32 = Kind.Nil;
  const end = list.pointer + list.size;
  for (let at = list.pointer; showElement(at, end); ) {
    at = entryEnd;
    const other = decode(valueStart, valueEnd).kind;
    if (other > <u32>Kind.Double) return Kind.Nil;
    const wanted: u32 = other == Kind.Int || other == Kind.Double ? other : Kind.Text;
    if (kind == Kind.Nil) kind = wanted;
    else if (kind != wanted) kind = kind == Kind.Text || wanted == Kind.Text ? Kind.Text : Kind.Double;
  }
  return kind;
}

function orderOf(a: Val, b: Val): i32 {
  if (sortKind == Kind.Int) return i32(a.int > b.int) - i32(a.int < b.int);
  if (sortKind == Kind.Text) return compareBytes(asText(a)!, asText(b)!);
  const x = a.kind == Kind.Int ? <f64>a.int : a.double;
  const y = b.kind == Kind.Int ? <f64>b.int : b.double;
  if (isNaN(x) || isNaN(y)) return i32(isNaN(y)) - i32(isNaN(x));
  return i32(x > y) - i32(x < y);
}

// #endregion
