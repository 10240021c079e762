import { sameBytes } from 'otelwasm/assembly/text';
import { decode } from './anyValue';
import { entryEnd, elementCount, findEntry, keyPointer, keySize, showElement, showEntry, valueEnd, valueStart } from './entries';
import { Op } from '../program/ops';
import { Kind, UNCOMPARED, Val } from './val';

/** The comparisons of the rules language. Values of other pairs of types are unequal, and never less or greater. */
export function compare(a: Val, b: Val, op: Op): bool {
  const kind = a.kind;
  const other = b.kind;
  if (isNothing(a) && isNothing(b) && (kind == Kind.Nil || other == Kind.Nil))
    return op == Op.Equal || op == Op.LessEqual || op == Op.GreaterEqual;
  if (kind == Kind.Int && other == Kind.Int) return ordered<i64>(a.int, b.int, op);
  if (isNumber(kind) && isNumber(other)) return ordered<f64>(asDouble(a), asDouble(b), op);
  if (kind != other) return op == Op.NotEqual;
  switch (kind) {
    case Kind.Text:
    case Kind.Bytes:
      if (op == Op.Equal) return sameContent(a, b);
      if (op == Op.NotEqual) return !sameContent(a, b);
      return ordered<i32>(compareBytes(a, b), 0, op);
    case Kind.Bool:
    case Kind.Duration:
    case Kind.Time:
      return ordered<i64>(a.int, b.int, op);
    case Kind.List:
      // The result of Split is not comparable.
      if ((a.bits | b.bits) == UNCOMPARED) return op == Op.NotEqual;
      if (op == Op.Equal) return equal(a, b);
      return op == Op.NotEqual && !equal(a, b);
    case Kind.Map:
      if (op == Op.Equal) return equal(a, b);
      return op == Op.NotEqual && !equal(a, b);
    default:
      if (op == Op.Equal) return sameContent(a, b);
      return op == Op.NotEqual && !sameContent(a, b);
  }
}

/** The Collector treats empty bytes as nil. */
@inline function isNothing(value: Val): bool {
  return value.kind == Kind.Nil || (value.kind == Kind.Bytes && value.size == 0);
}

@inline function isNumber(kind: u32): bool {
  return kind == Kind.Int || kind == Kind.Double;
}

@inline function asDouble(value: Val): f64 {
  return value.kind == Kind.Int ? <f64>value.int : value.double;
}

@inline export function ordered<T>(a: T, b: T, op: Op): bool {
  switch (op) {
    case Op.Equal:
      return a == b;
    case Op.NotEqual:
      return a != b;
    case Op.Less:
      return a < b;
    case Op.LessEqual:
      return a <= b;
    case Op.Greater:
      return a > b;
    default:
      return a >= b;
  }
}

@inline function sameContent(a: Val, b: Val): bool {
  return a.size == b.size && sameBytes(a.pointer, b.pointer, a.size);
}

export function compareBytes(a: Val, b: Val): i32 {
  const size = min(a.size, b.size);
  const order = memory.compare(a.pointer, b.pointer, size);
  if (order != 0) return order;
  return a.size < b.size ? -1 : i32(a.size > b.size);
}

/** Equality inside maps and lists, where an integer never equals a double. */
export function equal(a: Val, b: Val): bool {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind.Nil:
      return true;
    case Kind.Bool:
    case Kind.Int:
      return a.bits == b.bits;
    case Kind.Double:
      return a.double == b.double;
    case Kind.List:
      return sameLists(a, b);
    case Kind.Map:
      return sameMaps(a, b);
    default:
      return sameContent(a, b);
  }
}

function sameLists(a: Val, b: Val): bool {
  const endA = a.pointer + a.size;
  const endB = b.pointer + b.size;
  let atB = b.pointer;
  for (let atA = a.pointer; showElement(atA, endA); ) {
    atA = entryEnd;
    const value = decode(valueStart, valueEnd);
    if (!showElement(atB, endB)) return false;
    atB = entryEnd;
    if (!equal(value, decode(valueStart, valueEnd))) return false;
  }
  return !showElement(atB, endB);
}

function sameMaps(a: Val, b: Val): bool {
  if (elementCount(a) != elementCount(b)) return false;
  const end = a.pointer + a.size;
  for (let at = a.pointer; showEntry(at, end); ) {
    at = entryEnd;
    const value = decode(valueStart, valueEnd);
    if (!findEntry(b, keyPointer, keySize) || !equal(value, decode(valueStart, valueEnd))) return false;
  }
  return true;
}
