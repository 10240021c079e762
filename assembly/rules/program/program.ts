/**
 * The compiled rules: bytes that `compileRules` puts into this module's data at a fixed address. For the format, see
 * docs/decisions/rules-program.md. All references are addresses, so nothing is parsed or relocated here.
 */
import { Val } from '../values/val';

/** The first page has only the program. The buffers and data of the SDK are above it. */
export const PROGRAM: usize = 1024;
const MAGIC: u32 = 0x454c5552;
export const VERSION: u32 = 1;

const VERSION_AT: usize = 4;
const SIZE_AT: usize = 8;
const FUNCTIONS_AT: usize = 12;
const SIGNALS_AT: usize = 16;
const SLOTS_AT: usize = 28;

export function hasProgram(): bool {
  return load<u32>(PROGRAM) == MAGIC && load<u32>(PROGRAM, VERSION_AT) == VERSION;
}

export function programEnd(): usize {
  return load<u32>(PROGRAM) == MAGIC ? PROGRAM + load<u32>(PROGRAM, SIZE_AT) : PROGRAM;
}

/** The names of the functions that the program calls: a list of constants. */
export function functionNames(): List {
  return load<List>(PROGRAM + FUNCTIONS_AT);
}

/** The keys of each message's slots: a list of lists of constants. */
export function slotKeys(record: u32): List {
  return changetype<List>(load<List>(PROGRAM + SLOTS_AT).at(record));
}

/** The passes over a signal's batches: traces 0, metrics 1, logs 2. */
export function passesOf(signal: u32): List {
  return load<List>(PROGRAM + SIGNALS_AT + 4 * signal);
}

/** A list of addresses, after their number. */
@unmanaged
export class List {
  count: u32;

  @inline at(index: u32): usize {
    return load<usize>(changetype<usize>(this) + 4 + 4 * index);
  }
}

/** An expression or a statement: an opcode, the number of words, and the words. */
@unmanaged
export class Node {
  op: u32;
  count: u32;

  @inline word(index: u32): u32 {
    return load<u32>(changetype<usize>(this) + 8 + 4 * index);
  }

  /** The node at a word; null for an omitted optional argument. */
  @inline child(index: u32): Node | null {
    return changetype<Node | null>(<usize>this.word(index));
  }

  @inline node(index: u32): Node {
    return changetype<Node>(<usize>this.word(index));
  }

  /** The value of a constant. */
  @inline get constant(): Val {
    return changetype<Val>(changetype<usize>(this) + 8);
  }
}

/** The rules for one level of the batch: resource, scope, item, or part of an item. */
@unmanaged
export class Block {
  /** 1: `nodes` are conditions, and the message is dropped if one is true. 2: `nodes` are statements. */
  action: u32;
  errorMode: u32;
  /** Blocks with the same number share one cache per batch; 0: each item has its own cache. */
  sharesCache: u32;
  /** The block applies if one of these is true, or if there are none. */
  conditions: List;
  nodes: List;
  /** Texts of which every item that the block applies to contains at least one; empty if any item may qualify. */
  mentions: List;
  /** For the engine: the 1-based position of their prefilter. */
  prefilter: i32;
}

/** One walk over the whole batch. */
@unmanaged
export class Pass {
  /** 1: scopes and resources without items are dropped. 2: can run in the same walk as the previous pass. */
  flags: u32;
  resource: Block | null;
  scope: Block | null;
  item: Block | null;
  part: Block | null;
  exemplar: Block | null;
}

export const DROP_EMPTY: u32 = 1;
export const FUSED: u32 = 2;
export const DROP: u32 = 1;
export const EXECUTE: u32 = 2;

export const enum ErrorMode {
  Ignore = 0,
  Silent = 1,
  Propagate = 2,
}
