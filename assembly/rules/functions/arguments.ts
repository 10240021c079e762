import { argumentNode, hasArgument } from '../evaluate/call';
import { evaluate } from '../evaluate/evaluate';
import { error } from '../values/failure';
import { Node } from '../program/program';
import { parseDouble, parseInteger } from '../numbers/numbers';
import { textLike } from '../text/texts';
import { FALSE, Kind, TRUE, Val } from '../values/val';

/** The value of an argument of any type. */
export function anyArg(call: Node, index: u32): Val | null {
  return evaluate(argumentNode(call, index)!);
}

function argOf(call: Node, index: u32, kind: u32, name: string): Val | null {
  const value = evaluate(argumentNode(call, index)!);
  if (value === null || value.kind == kind) return value;
  return error('expected ' + name);
}

export function textArg(call: Node, index: u32): Val | null {
  return argOf(call, index, Kind.Text, 'a string');
}

export function intArg(call: Node, index: u32): Val | null {
  return argOf(call, index, Kind.Int, 'an integer');
}

export function mapArg(call: Node, index: u32): Val | null {
  return argOf(call, index, Kind.Map, 'a map');
}

export function listArg(call: Node, index: u32): Val | null {
  return argOf(call, index, Kind.List, 'a list');
}

export function timeArg(call: Node, index: u32): Val | null {
  return argOf(call, index, Kind.Time, 'a time');
}

export function durationArg(call: Node, index: u32): Val | null {
  return argOf(call, index, Kind.Duration, 'a duration');
}

/** Converts an argument to text. Nil stays nil. */
export function textLikeArg(call: Node, index: u32): Val | null {
  const value = anyArg(call, index);
  return value === null ? null : textLike(value);
}

/** A literal argument, or the default. */
export function literalText(call: Node, index: u32, otherwise: Val): Val {
  return hasArgument(call, index) ? argumentNode(call, index)!.constant : otherwise;
}

export function literalInt(call: Node, index: u32, otherwise: i64): i64 {
  return hasArgument(call, index) ? argumentNode(call, index)!.constant.int : otherwise;
}

export function literalBool(call: Node, index: u32, otherwise: bool): bool {
  return hasArgument(call, index) ? argumentNode(call, index)!.constant.isTrue : otherwise;
}

/** Converts a value to an integer. Nil stays nil. */
export function intLike(value: Val): Val | null {
  switch (value.kind) {
    case Kind.Nil:
    case Kind.Int:
      return value;
    case Kind.Double:
      return Val.int(truncated(value.double));
    case Kind.Bool:
      return Val.int(value.int);
    case Kind.Text:
      return parseInteger(value, 10);
    default:
      return error('the value is not a number');
  }
}

/** Truncates like Go on AMD64: a value out of range becomes the minimum integer. */
export function truncated(value: f64): i64 {
  return value >= -9223372036854775808.0 && value < 9223372036854775808.0 ? <i64>value : i64.MIN_VALUE;
}

/** Converts a value to a double. Nil stays nil. */
export function doubleLike(value: Val): Val | null {
  switch (value.kind) {
    case Kind.Nil:
    case Kind.Double:
      return value;
    case Kind.Int:
    case Kind.Bool:
      return Val.double(<f64>value.int);
    case Kind.Text:
      return parseDouble(value);
    default:
      return error('the value is not a number');
  }
}

/** Converts a value to a bool. Nil stays nil. */
export function boolLike(value: Val): Val | null {
  switch (value.kind) {
    case Kind.Nil:
    case Kind.Bool:
      return value;
    case Kind.Int:
      return Val.bool(value.int != 0);
    case Kind.Double:
      return Val.bool(value.double != 0);
    case Kind.Text:
      return parseBool(value);
    default:
      return error('the value is not a bool');
  }
}

function parseBool(text: Val): Val | null {
  const word = ' ' + String.UTF8.decodeUnsafe(text.pointer, text.size) + ' ';
  if (word.length > 2 && ' 1 t T TRUE true True '.includes(word)) return TRUE;
  if (word.length > 2 && ' 0 f F FALSE false False '.includes(word)) return FALSE;
  return error('the string is not a bool');
}

/** Converts a value to bytes, numbers as big-endian. Nil stays nil. */
export function bytesLike(value: Val): Val | null {
  switch (value.kind) {
    case Kind.Nil:
    case Kind.Bytes:
      return value;
    case Kind.Text:
      return Val.bytes(Kind.Bytes, value.pointer, value.size);
    case Kind.Bool: {
      const at = changetype<usize>(Val.make(0));
      store<u8>(at, <u8>value.bits);
      return Val.bytes(Kind.Bytes, at, 1);
    }
    case Kind.Int:
    case Kind.Double: {
      const at = changetype<usize>(Val.make(0));
      store<u64>(at, bswap<u64>(value.bits));
      return Val.bytes(Kind.Bytes, at, 8);
    }
    default:
      return error('a value of this type cannot be converted to bytes');
  }
}
