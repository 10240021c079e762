import type { ByteReader } from './reader';

/**
 * Steps over instructions of WebAssembly's binary format, to find those that a runtime limit cannot interrupt. It
 * knows the standard up to 3.0 without garbage collection, legacy exceptions, atomics and relaxed SIMD. Any other
 * instruction is `GUEST_INVALID`.
 */
export function skipInstruction(code: ByteReader): void {
  const opcode = code.byte();
  const immediates = IMMEDIATES[opcode];
  if (immediates !== undefined) return immediates(code);
  throw code.invalid(`instruction 0x${opcode.toString(16)} is unknown to this host`);
}

type Skip = (code: ByteReader) => void;

/** Skips LEB128 numbers, signed or unsigned, of any width. */
const leb128 = (count: number): Skip => {
  return code => {
    for (let left = count; left > 0; left--) while (code.byte() >= 0x80);
  };
};
const bytes = (count: number): Skip => {
  return code => void code.take(count);
};
const none: Skip = () => undefined;
const one = leb128(1);
const two = leb128(2);

const HAS_MEMORY_INDEX = 0x40;
/** Alignment, the memory's number if there are several, offset. */
const memoryArgument: Skip = code => (code.u32() & HAS_MEMORY_INDEX ? two(code) : one(code));

const NULLABLE_REFERENCE = 0x63;
const REFERENCE = 0x64;
/** A value type, or the index of a function type. References in the long form are followed by a heap type. */
const blockType: Skip = code => {
  const first = code.bytes[code.offset];
  leb128(first === NULLABLE_REFERENCE || first === REFERENCE ? 2 : 1)(code);
};
const many = (each: Skip): Skip => {
  return code => {
    for (let left = code.count(); left > 0; left--) each(code);
  };
};

/** catch, catch_ref: tag and label; catch_all, catch_all_ref: label. */
const catchClause: Skip = code => (code.byte() < 2 ? two(code) : one(code));

/** Prefix byte of instructions that work on ranges of memory or of a table, among others. */
export const BULK_PREFIX = 0xfc;

/** Instructions whose time grows with their range: memory.init, copy and fill, table.init, copy, grow and fill. */
export const BULK_OPERATIONS: ReadonlySet<number> = new Set([8, 10, 11, 12, 14, 15, 17]);

const bulk: Skip = code => {
  const operation = code.u32();
  if (operation < 8 || (operation >= 19 && operation <= 22)) return;
  if (operation > 17) throw code.invalid(`instruction 0xfc ${operation} is unknown to this host`);
  if (operation === 8 || operation === 10 || operation === 12 || operation === 14) two(code);
  else one(code);
};

const simd: Skip = code => {
  const operation = code.u32();
  if (operation < 12 || operation === 92 || operation === 93) memoryArgument(code);
  else if (operation < 14) code.take(16);
  else if (operation >= 21 && operation < 35) code.take(1);
  else if (operation >= 84 && operation < 92) {
    memoryArgument(code);
    code.take(1);
  } else if (operation > 0x1ff) {
    throw code.invalid(`instruction 0xfd ${operation} is unknown to this host`);
  }
};

const FENCE = 3;
const atomic: Skip = code => (code.u32() === FENCE ? one(code) : memoryArgument(code));

/** The immediates of each opcode, by ranges first to last. */
const IMMEDIATES = new Array<Skip | undefined>(256).fill(undefined);
const ROWS: [first: number, last: number, skip: Skip][] = [
  [0x00, 0x01, none], // unreachable, nop
  [0x02, 0x04, blockType], // block, loop, if
  [0x05, 0x05, none], // else
  [0x06, 0x06, blockType], // try
  [0x07, 0x09, one], // catch, throw, rethrow
  [0x0a, 0x0b, none], // throw_ref, end
  [0x0c, 0x0d, one], // br, br_if
  [0x0e, 0x0e, code => (many(one)(code), one(code))], // br_table
  [0x0f, 0x0f, none], // return
  [0x10, 0x10, one], // call
  [0x11, 0x11, two], // call_indirect
  [0x12, 0x12, one], // return_call
  [0x13, 0x13, two], // return_call_indirect
  [0x14, 0x15, one], // call_ref, return_call_ref
  [0x18, 0x18, one], // delegate
  [0x19, 0x1b, none], // catch_all, drop, select
  [0x1c, 0x1c, many(blockType)], // select with types
  [0x1f, 0x1f, code => (blockType(code), many(catchClause)(code))], // try_table
  [0x20, 0x26, one], // local.*, global.*, table.get, table.set
  [0x28, 0x3e, memoryArgument], // loads and stores
  [0x3f, 0x42, one], // memory.size, memory.grow, i32.const, i64.const
  [0x43, 0x43, bytes(4)], // f32.const
  [0x44, 0x44, bytes(8)], // f64.const
  [0x45, 0xc4, none], // numeric instructions
  [0xd0, 0xd0, one], // ref.null
  [0xd1, 0xd1, none], // ref.is_null
  [0xd2, 0xd2, one], // ref.func
  [0xd3, 0xd4, none], // ref.eq, ref.as_non_null
  [0xd5, 0xd6, one], // br_on_null, br_on_non_null
  [BULK_PREFIX, BULK_PREFIX, bulk],
  [0xfd, 0xfd, simd],
  [0xfe, 0xfe, atomic],
];
for (const [first, last, skip] of ROWS) IMMEDIATES.fill(skip, first, last + 1);
