import { arena } from './arena';

/** Kinds of values. Up to `Bytes`, they are field numbers of AnyValue. Keep in step with src/rules/program/kinds.ts. */
export const enum Kind {
  Nil = 0,
  Text = 1,
  Bool = 2,
  Int = 3,
  Double = 4,
  List = 5,
  Map = 6,
  Bytes = 7,
  Time = 8,
  Duration = 9,
  TraceId = 10,
  SpanId = 11,
  ProfileId = 12,
  /** A message or a run of messages that statements can only assign, e.g. a span's status or its events. */
  Opaque = 13,
  Lambda = 14,
}

/**
 * A value of the rules language. Texts, bytes, maps and lists refer to bytes in place: a map is a run of fields with
 * `tag`, one per entry; a list is a run of fields, one per value. Values are immutable: a change assigns a new value.
 */
@unmanaged
export class Val {
  kind: u32;
  tag: u32;
  bits: u64;
  pointer: usize;
  size: usize;

  static make(kind: u32): Val {
    const made = changetype<Val>(arena.take(24));
    made.kind = kind;
    return made;
  }

  static bytes(kind: u32, pointer: usize, size: usize): Val {
    const made = Val.make(kind);
    made.pointer = pointer;
    made.size = size;
    return made;
  }

  static text(pointer: usize, size: usize): Val {
    return Val.bytes(Kind.Text, pointer, size);
  }

  /** A map or a list. */
  static run(kind: u32, tag: u32, pointer: usize, size: usize): Val {
    const made = Val.bytes(kind, pointer, size);
    made.tag = tag;
    return made;
  }

  static ofBits(kind: u32, bits: u64): Val {
    const made = Val.make(kind);
    made.bits = bits;
    return made;
  }

  static int(value: i64): Val {
    return Val.ofBits(Kind.Int, value);
  }

  static double(value: f64): Val {
    return Val.ofBits(Kind.Double, reinterpret<u64>(value));
  }

  static bool(value: bool): Val {
    return value ? TRUE : FALSE;
  }

  @inline get double(): f64 {
    return reinterpret<f64>(this.bits);
  }

  @inline get int(): i64 {
    return <i64>this.bits;
  }

  @inline get isTrue(): bool {
    return this.kind == Kind.Bool && this.bits != 0;
  }
}

function fixed(kind: u32, bits: u64): Val {
  const made = changetype<Val>(heap.alloc(24));
  memory.fill(changetype<usize>(made), 0, 24);
  made.kind = kind;
  made.bits = bits;
  return made;
}

export const NIL: Val = fixed(Kind.Nil, 0);
export const TRUE: Val = fixed(Kind.Bool, 1);
export const FALSE: Val = fixed(Kind.Bool, 0);

/** The tag of the entries of KeyValueList and the values of ArrayValue: field 1, length-delimited. */
export const VALUES_TAG: u32 = 0x0a;

/**
* Marks in `bits` of a list: UNCOMPARED for the result of Split, which is not comparable, and UNSIGNED for the counts
* of a histogram, which attributes cannot store.
*/
export const UNCOMPARED: u64 = 1;
export const UNSIGNED: u64 = 2;

/** Whether an attribute can store this kind of value. */
@inline export function isStorable(value: Val): bool {
  return value.kind <= <u32>Kind.Bytes;
}
