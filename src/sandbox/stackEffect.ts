import { BULK_PREFIX } from '../wasm';

type Rows = readonly (readonly [first: number, last: number, change: number])[];

/** By how much an instruction changes the number of values on the stack, by opcode, without what calls take and give. */
export const STACK_CHANGE = table(256, [
  [0x04, 0x04, -1], // if
  [0x0d, 0x0e, -1], // br_if, br_table
  [0x11, 0x11, -1], // call_indirect
  [0x14, 0x14, -1], // call_ref
  [0x1a, 0x1a, -1], // drop
  [0x1b, 0x1c, -2], // select
  [0x20, 0x20, 1], // local.get
  [0x21, 0x21, -1], // local.set
  [0x23, 0x23, 1], // global.get
  [0x24, 0x24, -1], // global.set
  [0x26, 0x26, -2], // table.set
  [0x36, 0x3e, -2], // stores
  [0x3f, 0x3f, 1], // memory.size
  [0x41, 0x44, 1], // constants
  [0x46, 0x4f, -1], // i32 comparisons
  [0x51, 0x66, -1], // i64, f32, f64 comparisons
  [0x6a, 0x78, -1], // i32 arithmetic of two values
  [0x7c, 0x8a, -1], // i64
  [0x92, 0x98, -1], // f32
  [0xa0, 0xa6, -1], // f64
  [0xd0, 0xd0, 1], // ref.null
  [0xd2, 0xd2, 1], // ref.func
  [0xd3, 0xd3, -1], // ref.eq
  [0xd6, 0xd6, -1], // br_on_non_null
]);

export const SIMD_PREFIX = 0xfd;

const BULK_CHANGE = table(32, [
  [8, 8, -3], // memory.init
  [10, 12, -3], // memory.copy, memory.fill, table.init
  [14, 14, -3], // table.copy
  [15, 15, -1], // table.grow
  [16, 16, 1], // table.size
  [17, 17, -3], // table.fill
]);

/** Those that are many in real code. Of the others it is 0, which is never too little. */
const SIMD_CHANGE = table(0x60, [
  [0x0b, 0x0b, -2], // v128.store
  [0x0c, 0x0c, 1], // v128.const
  [0x0d, 0x0e, -1], // shuffle, swizzle
  [0x23, 0x4c, -1], // comparisons
  [0x4e, 0x51, -1], // and, andnot, or, xor
  [0x52, 0x52, -2], // bitselect
  [0x54, 0x57, -1], // loads into a lane
  [0x58, 0x5b, -2], // stores of a lane
]);

/** The same for an instruction behind one of the two prefixes. */
export function prefixedStackChange(prefix: number, operation: number): number {
  return (prefix === BULK_PREFIX ? BULK_CHANGE : SIMD_CHANGE)[operation] ?? 0;
}

function table(size: number, rows: Rows): Int8Array {
  const changes = new Int8Array(size);
  for (const [first, last, change] of rows) changes.fill(change, first, last + 1);
  return changes;
}
