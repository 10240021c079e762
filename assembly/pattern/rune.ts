/**
 * UTF-8 as Go reads it: each byte that is not part of a valid encoding is U+FFFD. Validity does not depend on the
 * context, so reading backwards finds the same characters.
 */
const INVALID: u32 = 0xfffd;

/** The size in bytes of the character that `runeAt` or `runeBefore` read last. */
export let width: usize = 1;

/** The character at `at`, which is before `end` and not ASCII. */
export function runeAt(at: usize, end: usize): u32 {
  width = 1;
  const first: u32 = load<u8>(at);
  if (first < 0xc2 || first > 0xf4 || end - at < 2) return INVALID;
  const second: u32 = load<u8>(at, 1);
  if (first < 0xe0) {
    if ((second & 0xc0) != 0x80) return INVALID;
    width = 2;
    return ((first & 0x1f) << 6) | (second & 0x3f);
  }
  if (first < 0xf0) {
    // Excludes overlong encodings (E0) and halves of surrogate pairs (ED).
    const low: u32 = first == 0xe0 ? 0xa0 : 0x80;
    const high: u32 = first == 0xed ? 0x9f : 0xbf;
    if (second < low || second > high || end - at < 3) return INVALID;
    const third: u32 = load<u8>(at, 2);
    if ((third & 0xc0) != 0x80) return INVALID;
    width = 3;
    return ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
  }
  // Excludes overlong encodings (F0) and values above 10FFFF (F4).
  const low: u32 = first == 0xf0 ? 0x90 : 0x80;
  const high: u32 = first == 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high || end - at < 4) return INVALID;
  const third: u32 = load<u8>(at, 2);
  const fourth: u32 = load<u8>(at, 3);
  if ((third & 0xc0) != 0x80 || (fourth & 0xc0) != 0x80) return INVALID;
  width = 4;
  return ((first & 0x07) << 18) | ((second & 0x3f) << 12) | ((third & 0x3f) << 6) | (fourth & 0x3f);
}

/** The character that ends at `at`. The byte before `at` is not ASCII and is not before `start`. */
export function runeBefore(at: usize, start: usize): u32 {
  let first = at - 1;
  const lowest = at - start < 4 ? start : at - 4;
  while (first > lowest && (load<u8>(first) & 0xc0) == 0x80) first--;
  const rune = runeAt(first, at);
  if (first + width == at) return rune;
  width = 1;
  return INVALID;
}

/** The position after the character at `at`. */
export function afterRune(at: usize, end: usize): usize {
  if (load<u8>(at) < 0x80) return at + 1;
  runeAt(at, end);
  return at + width;
}

/** The kind of character before or after a position, for `^`, `$`, `\b` and similar conditions. */
export const enum Side {
  Edge = 0,
  Newline = 1,
  Word = 2,
  Other = 3,
}

@inline export function isWordByte(byte: u32): bool {
  return (byte | 0x20) - 0x61 < 26 || byte - 0x30 < 10 || byte == 0x5f;
}

export function sideOf(byte: u32): u32 {
  return isWordByte(byte) ? Side.Word : byte == 0x0a ? Side.Newline : Side.Other;
}

@inline export function sideBefore(at: usize, start: usize): u32 {
  return at == start ? Side.Edge : sideOf(load<u8>(at - 1));
}

@inline export function sideAfter(at: usize, end: usize): u32 {
  return at == end ? Side.Edge : sideOf(load<u8>(at));
}
