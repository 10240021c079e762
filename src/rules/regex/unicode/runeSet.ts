/**
 * Sets of Unicode code points: sorted, disjoint ranges `[lo, hi, lo, hi, ...]`, both ends included. Never changed in place.
 */
export type RuneSet = readonly number[];

export const MAX_RUNE = 0x10ffff;

export const ANY_RUNE: RuneSet = [0, MAX_RUNE];
export const NOT_NEWLINE: RuneSet = [0, 9, 11, MAX_RUNE];
export const WORD_RUNES: RuneSet = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];

/** A set from ranges in any order, which may overlap. */
export function runeSet(ranges: readonly number[]): RuneSet {
  const pairs: [number, number][] = [];
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i], ranges[i + 1]]);
  pairs.sort((a, b) => a[0] - b[0]);
  const set: number[] = [];
  for (const [lo, hi] of pairs) {
    if (set.length > 0 && lo <= set[set.length - 1] + 1) {
      set[set.length - 1] = Math.max(set[set.length - 1], hi);
    } else set.push(lo, hi);
  }
  return set;
}

export function complement(set: RuneSet): RuneSet {
  const rest: number[] = [];
  let from = 0;
  for (let i = 0; i < set.length; i += 2) {
    if (from < set[i]) rest.push(from, set[i] - 1);
    from = set[i + 1] + 1;
  }
  if (from <= MAX_RUNE) rest.push(from, MAX_RUNE);
  return rest;
}

export function contains(set: RuneSet, rune: number): boolean {
  let low = 0;
  let high = set.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rune < set[2 * middle]) high = middle;
    else if (rune > set[2 * middle + 1]) low = middle + 1;
    else return true;
  }
  return false;
}

/** The only code point of a set; undefined if it has none or several. */
export function onlyRune(set: RuneSet): number | undefined {
  return set.length === 2 && set[0] === set[1] ? set[0] : undefined;
}
