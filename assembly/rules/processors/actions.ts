/** The actions of the processors `attributes` and `resource`. Arguments: the map, the key, and those of the action. */
import { literalText, truncated } from '../functions/arguments';
import { assign } from '../functions/editors';
import { argumentNode, define, hasArgument } from '../evaluate/call';
import { decode } from '../values/anyValue';
import { withEntry } from '../values/copies';
import { entryEnd, entryStart, findEntry, keyPointer, keySize, showEntry, valueEnd, valueStart } from '../values/entries';
import { RunBuilder } from '../values/runBuilder';
import { evaluate } from '../evaluate/evaluate';
import { error } from '../values/failure';
import { sha256 } from '../hash';
import { toHex } from '../text/hex';
import { parseDouble, parseInteger } from '../numbers/numbers';
import { matches, patternOf } from '../text/patterns';
import { Node } from '../program/program';
import { asText } from '../text/texts';
import { Text } from 'otelwasm/assembly/text';
import { withLastAt } from '../functions/editors';
import { Kind, NIL, Val } from '../values/val';

const VALUE: u32 = 2;
const FROM: u32 = 3;
const DEFAULT: u32 = 4;
const PATTERN: u32 = 2;

let source: Val = NIL;

/** Finds the value to set: a constant, another attribute, or the default. Returns false if there is none. */
function findSource(call: Node, map: Val): bool {
  if (hasArgument(call, VALUE)) return keep(evaluate(argumentNode(call, VALUE)!));
  if (hasArgument(call, FROM)) {
    const from = argumentNode(call, FROM)!.constant;
    if (findEntry(map, from.pointer, from.size)) return keep(decode(valueStart, valueEnd));
  }
  return hasArgument(call, DEFAULT) && keep(evaluate(argumentNode(call, DEFAULT)!));
}

function keep(value: Val | null): bool {
  if (value === null) return false;
  source = value;
  return true;
}

function put(call: Node, whenThere: bool, whenNot: bool): Val | null {
  const map = evaluate(argumentNode(call, 0)!)!;
  const key = argumentNode(call, 1)!.constant;
  if (!findSource(call, map)) return NIL;
  const value = source;
  const isThere = findEntry(map, key.pointer, key.size);
  if (isThere ? !whenThere : !whenNot) return NIL;
  return assign(call, withEntry(map, key.pointer, key.size, value));
}

define('@refuse', (call: Node): Val | null => {
  const reason = argumentNode(call, 0)!.constant;
  return error(String.UTF8.decodeUnsafe(reason.pointer, reason.size));
});

define('@insert', (call: Node): Val | null => put(call, false, true));
define('@update', (call: Node): Val | null => put(call, true, false));
define('@upsert', (call: Node): Val | null => put(call, true, true));

define('@delete', (call: Node): Val | null => {
  let map = evaluate(argumentNode(call, 0)!)!;
  const key = argumentNode(call, 1)!.constant;
  let changed = findEntry(map, key.pointer, key.size);
  if (changed) map = withLastAt(map, entryStart, entryEnd);
  if (hasArgument(call, PATTERN)) {
    const builder = new RunBuilder();
    const end = map.pointer + map.size;
    for (let at = map.pointer; showEntry(at, end); at = entryEnd) {
      if (matches(argumentNode(call, PATTERN)!, Val.text(keyPointer, keySize))) changed = true;
      else builder.copy(entryStart, entryEnd);
    }
    map = builder.end(Kind.Map, map.tag);
  }
  return changed ? assign(call, map) : NIL;
});

define('@hash', (call: Node): Val | null => {
  let map = evaluate(argumentNode(call, 0)!)!;
  const key = argumentNode(call, 1)!.constant;
  let changed = findEntry(map, key.pointer, key.size);
  if (changed) map = withEntry(map, key.pointer, key.size, hashed(decode(valueStart, valueEnd)));
  if (hasArgument(call, PATTERN)) {
    const builder = new RunBuilder();
    const end = map.pointer + map.size;
    for (let at = map.pointer; showEntry(at, end); ) {
      const from = at;
      at = entryEnd;
      const name = Val.text(keyPointer, keySize);
      const value = decode(valueStart, valueEnd);
      if (matches(argumentNode(call, PATTERN)!, name)) {
        builder.entry(name.pointer, name.size, hashed(value), map.tag);
        changed = true;
      } else builder.copy(from, at);
    }
    map = builder.end(Kind.Map, map.tag);
  }
  return changed ? assign(call, map) : NIL;
});

/** Hashes a value: numbers as little-endian bytes. Maps, lists and bytes become empty. */
function hashed(value: Val): Val {
  switch (value.kind) {
    case Kind.Text:
      return toHex(sha256(value));
    case Kind.Bool:
    case Kind.Int:
    case Kind.Double: {
      const at = changetype<usize>(Val.make(0));
      store<u64>(at, value.bits);
      return toHex(sha256(Val.bytes(Kind.Bytes, at, value.kind == Kind.Bool ? 1 : 8)));
    }
    default:
      return Val.text(0, 0);
  }
}

// The first word with a group name in a pattern's node.
const NAMES: u32 = 3;

define('@extract', (call: Node): Val | null => {
  let map = evaluate(argumentNode(call, 0)!)!;
  const key = argumentNode(call, 1)!.constant;
  if (!findEntry(map, key.pointer, key.size)) return NIL;
  const value = decode(valueStart, valueEnd);
  const node = argumentNode(call, PATTERN)!;
  const pattern = patternOf(node);
  if (value.kind != Kind.Text || !pattern.find(new Text().bind(value.pointer, value.size))) return NIL;
  for (let i: u32 = 1; i < node.count - NAMES; i++) {
    const name = node.node(NAMES + i).constant;
    const group = pattern.group(i);
    map = withEntry(map, name.pointer, name.size, Val.text(group.pointer, group.size));
  }
  return assign(call, map);
});

define('@convert', (call: Node): Val | null => {
  const map = evaluate(argumentNode(call, 0)!)!;
  const key = argumentNode(call, 1)!.constant;
  if (!findEntry(map, key.pointer, key.size)) return NIL;
  const value = decode(valueStart, valueEnd);
  const first = load<u8>(literalText(call, 2, NIL).pointer);
  // string, int or double
  const converted = first == 115 ? asText(value) : first == 105 ? toInt(value) : toDouble(value);
  if (converted === null || converted === value) return NIL;
  return assign(call, withEntry(map, key.pointer, key.size, converted));
});

function toInt(value: Val): Val | null {
  if (value.kind == Kind.Double) return Val.int(truncated(value.double));
  if (value.kind == Kind.Bool) return Val.int(value.int);
  return value.kind == Kind.Text ? parseInteger(value, 10) : null;
}

function toDouble(value: Val): Val | null {
  if (value.kind == Kind.Int || value.kind == Kind.Bool) return Val.double(<f64>value.int);
  return value.kind == Kind.Text ? parseDouble(value) : null;
}
