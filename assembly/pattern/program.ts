/** The layout of a compiled pattern, which `src/rules/regex/program.ts` of the package writes. */
export const MAGIC: u32 = 0x03324552;
/** Flags of the header: find the longest match; matches begin at the beginning of the text. */
export const LONGEST: u32 = 1;
export const ANCHORED: u32 = 2;

export const HEADER_BYTES: usize = 30 * 4;

/** The first row of a table is the end: nothing more can match. */
export const DEAD: u32 = 0;
/** In the class of a byte: no match begins with it. */
export const SKIP: u32 = 0x80;
/** In an entry of a table: a match ended before the character. */
export const MATCHED: u32 = 1;

/** Numbers of the header. */
@inline export function magic(program: usize): u32 { return load<u32>(program); }
@inline export function sizeOf(program: usize): u32 { return load<u32>(program, 1 * 4); }
@inline export function checksum(program: usize): u32 { return load<u32>(program, 27 * 4); }
@inline export function flags(program: usize): u32 { return load<u32>(program, 2 * 4); }
@inline export function isAnchored(program: usize): bool { return (flags(program) & ANCHORED) != 0; }
@inline export function groups(program: usize): u32 { return load<u32>(program, 3 * 4); }
@inline export function instructionCount(program: usize): u32 { return load<u32>(program, 4 * 4); }
@inline export function startOf(program: usize): u32 { return load<u32>(program, 5 * 4); }
@inline export function searchOf(program: usize): u32 { return load<u32>(program, 6 * 4); }
@inline export function setBytes(program: usize): u32 { return load<u32>(program, 7 * 4); }
@inline export function sets(program: usize): usize { return program + load<u32>(program, 8 * 4); }
@inline export function instructions(program: usize): usize { return program + load<u32>(program, 9 * 4); }
@inline export function names(program: usize): usize { return program + load<u32>(program, 12 * 4); }
@inline export function nameCount(program: usize): u32 { return load<u32>(program, 13 * 4); }
@inline export function literals(program: usize): usize { return program + load<u32>(program, 28 * 4); }
@inline export function literalCount(program: usize): i32 { return load<i32>(program, 29 * 4); }
@inline export function hasForward(program: usize): bool { return load<u32>(program, 20 * 4) != 0; }
@inline export function scratchBytes(program: usize): u32 { return load<u32>(program, 14 * 4); }
/** The column for the end of the text. */
@inline export function endColumn(program: usize): usize { return (<usize>load<u32>(program, 16 * 4)) << 1; }
/** A table; `program` itself when there is none. */
@inline export function attemptTable(program: usize): usize { return program + load<u32>(program, 17 * 4); }
@inline export function forwardTable(program: usize): usize { return program + load<u32>(program, 20 * 4); }
@inline export function reverseTable(program: usize): usize { return program + load<u32>(program, 23 * 4); }
@inline export function onePassTable(program: usize): usize { return program + load<u32>(program, 26 * 4); }
/** The first row of a table, by the character before. */
@inline export function attemptStart(program: usize, side: u32): u32 { return load<u16>(program + (side << 1), 18 * 4); }
@inline export function forwardStart(program: usize, side: u32): u32 { return load<u16>(program + (side << 1), 21 * 4); }
@inline export function reverseStart(program: usize, side: u32): u32 { return load<u16>(program + (side << 1), 24 * 4); }

/** The class of each byte. */
@inline export function byteClasses(program: usize): usize { return program + HEADER_BYTES; }

/** The expected value of `checksum`: FNV-1a of all bytes after the header. */
export function checksumOf(program: usize, size: usize): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let i = HEADER_BYTES; i < size; i++) hash = (hash ^ load<u8>(program + i)) * 0x01000193;
  return hash;
}

/** The class of a character that is not ASCII. */
export function classOf(program: usize, rune: u32): u32 {
  const ranges = program + load<u32>(program, 10 * 4);
  const key = (rune << 11) | 0x7ff;
  // Finds the last range that begins at or before the character. The first range begins at the first non-ASCII
  // character.
  let low: u32 = 0;
  let high = load<u32>(program, 11 * 4);
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(ranges + (middle << 2)) <= key) low = middle;
    else high = middle;
  }
  return load<u32>(ranges + (low << 2)) & 0x7ff;
}
