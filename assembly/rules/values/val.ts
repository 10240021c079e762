import { arena } from './arena';

/** Kinds of values: up to `Bytes` the field numbers of OTLP's AnyValue. src/rules/program/kinds.ts has the same list. */
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
  /** A message, or a run of messages, that statements can only hand on: a span's status, its events. */
  Opaque = 13,
  Lambda = 14,
}

/**
 * A value of the language. Texts, bytes, maps and lists are bytes where they lie: a map is a run of fields with `tag`, each
 * of which holds an entry, a list the same with values. Values never change; what changes is which one a field holds.
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

/** The tag of a map's entries and a list's values in OTLP's KeyValueList and ArrayValue: field 1, with a length. */
export const VALUES_TAG: u32 = 0x0a;

/** Marks, in their bits, lists that Split made, which compare with nothing, and those of a histogram's counts, which attributes
 * cannot have. */
export const UNCOMPARED: u64 = 1;
export const UNSIGNED: u64 = 2;

/** Whether an attribute can have such a value. */
@inline export function isStorable(value: Val): bool {
  return value.kind <= <u32>Kind.Bytes;
}
