import { calculate, negate } from '../values/math';
import { compare } from '../values/compare';
import { decode, elementAt } from '../values/anyValue';
import { findEntry, valueEnd, valueStart } from '../values/entries';
import { RunBuilder } from '../values/runBuilder';
import { error } from '../values/failure';
import { callFunction } from './call';
import { Node } from '../program/program';
import { Op } from '../program/ops';
import { compareSlot, evaluateKeysWith, getPath } from '../paths';
import { locals } from '../records/state';
import { FALSE, Kind, TRUE, VALUES_TAG, Val, isStorable } from '../values/val';

evaluateKeysWith(evaluate);

/** Evaluates an expression. Returns null on an error, with the reason in `failure.ts`. */
export function evaluate(node: Node): Val | null {
  switch (node.op) {
    case Op.Const:
      return node.constant;
    case Op.Path:
      return getPath(node);
    case Op.Call:
      return callFunction(node);
    case Op.Index:
      return indexed(evaluate(node.node(0)), node, 1);
    case Op.List:
      return list(node);
    case Op.Map:
      return map(node);
    case Op.Add:
    case Op.Subtract:
    case Op.Multiply:
    case Op.Divide: {
      const left = evaluate(node.node(0));
      if (left === null) return null;
      const right = evaluate(node.node(1));
      return right === null ? null : calculate(node.op, left, right);
    }
    case Op.Negate: {
      const value = evaluate(node.node(0));
      return value === null ? null : negate(value);
    }
    case Op.Local:
      return changetype<Val>(unchecked(locals[node.word(0)]));
    case Op.Lambda:
      return error('a lambda cannot be used as a value');
    default: {
      const truth = holds(node);
      return truth < 0 ? null : truth != 0 ? TRUE : FALSE;
    }
  }
}

/** Evaluates a condition: 1 or 0; -1 on an error, with the reason in `failure.ts`. */
export function holds(node: Node): i32 {
  switch (node.op) {
    case Op.And: {
      for (let i: u32 = 0; i < node.count; i++) {
        const truth = holds(node.node(i));
        if (truth <= 0) return truth;
      }
      return 1;
    }
    case Op.Or: {
      for (let i: u32 = 0; i < node.count; i++) {
        const truth = holds(node.node(i));
        if (truth != 0) return truth;
      }
      return 0;
    }
    case Op.Not: {
      const truth = holds(node.node(0));
      return truth < 0 ? truth : 1 - truth;
    }
    case Op.Equal:
    case Op.NotEqual:
    case Op.Less:
    case Op.LessEqual:
    case Op.Greater:
    case Op.GreaterEqual: {
      const truth = node.count > 2 ? compareSlot(node) : -1;
      return truth >= 0 ? truth : comparison(node);
    }
    case Op.Truth:
      return truthOf(evaluate(node.node(0)));
    default:
      return truthOf(evaluate(node));
  }
}

function comparison(node: Node): i32 {
  const left = evaluate(node.node(0));
  if (left === null) return -1;
  const right = evaluate(node.node(1));
  return right === null ? -1 : i32(compare(left, right, node.op));
}

function truthOf(value: Val | null): i32 {
  if (value === null) return -1;
  if (value.kind == Kind.Bool) return i32(value.bits != 0);
  error('a condition must be a bool');
  return -1;
}

/** Follows the keys after a converter or a local. A missing key is an error here. */
export function indexed(base: Val | null, node: Node, first: u32): Val | null {
  let value = base;
  for (let i = first; i < node.count && value !== null; i++) {
    const key = evaluate(node.node(i));
    if (key === null) return null;
    if (key.kind == Kind.Text) {
      if (value.kind != Kind.Map) return error('only a map can be indexed by a string');
      if (!findEntry(value, key.pointer, key.size)) return error('the map has no such key');
      value = decode(valueStart, valueEnd);
    } else if (key.kind == Kind.Int) {
      if (value.kind == Kind.Bytes) {
        if (<u64>key.int >= <u64>value.size) return error('the index is out of bounds');
        return error('bytes cannot be indexed');
      }
      if (value.kind != Kind.List) return error('only a list can be indexed by a number');
      value = elementAt(value, key.int);
      if (value === null) return error('the index is out of bounds');
    } else {
      return error('a key must be a string or an integer');
    }
  }
  return value;
}

function list(node: Node): Val | null {
  const builder = new RunBuilder();
  for (let i: u32 = 0; i < node.count; i++) {
    const value = evaluate(node.node(i));
    if (value === null) return null;
    builder.element(value);
  }
  return builder.end(Kind.List, VALUES_TAG);
}

function map(node: Node): Val | null {
  const builder = new RunBuilder();
  for (let i: u32 = 0; i < node.count; i += 2) {
    const key = evaluate(node.node(i));
    const value = evaluate(node.node(i + 1));
    if (key === null || value === null) return null;
    if (!isStorable(value)) return error('a map cannot hold a value of this type');
    builder.entry(key.pointer, key.size, value);
  }
  return builder.end(Kind.Map, VALUES_TAG);
}
