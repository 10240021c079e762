import { LIMITS } from './limits';
import type { Nfa } from './nfa';
import { PatternError } from './patternError';
import { type RuneSet, WORD_RUNES } from './unicode';

/** The kind of character before or after a position, as `^`, `$`, `\b` and similar conditions distinguish them. */
export const Side = { Edge: 0, Newline: 1, Word: 2, Other: 3 } as const;

/**
 * Characters that a pattern never distinguishes form one class. Classes are numbered by their first occurrence in
 * Unicode.
 */
export interface Alphabet {
  readonly count: number;
  /** The start of each run of one class, sorted; its class. The first run starts at 0. */
  readonly starts: readonly number[];
  readonly classes: readonly number[];
  /** The `Side` of each class. */
  readonly sides: readonly number[];
  /** The classes of a set in the pattern. Equal sets share an array. */
  classesOf(set: RuneSet): readonly number[];
}

const NEWLINE: RuneSet = [10, 10];

/** @throws {PatternError} when there are too many classes. */
export function buildAlphabet(nfa: Nfa, source: string): Alphabet {
  const sets = new Map<string, RuneSet>();
  for (const set of new Set(nfa.instructions.map(({ set }) => set))) {
    if (set !== undefined) sets.set(set.join(), set);
  }
  // Always separate, so that classes determine the sides of a position.
  for (const set of [NEWLINE, WORD_RUNES]) sets.set(set.join(), set);
  const cuts = new Map<number, number[]>();
  const cut = (rune: number, set: number) => {
    const found = cuts.get(rune);
    if (found === undefined) cuts.set(rune, [set]);
    else found.push(set);
  };
  [...sets.values()].forEach((set, index) => {
    for (let i = 0; i < set.length; i += 2) {
      cut(set[i], index);
      cut(set[i + 1] + 1, index);
    }
  });
  cuts.delete(0x110000);
  if (!cuts.has(0)) cuts.set(0, []);
  return number(
    [...cuts].sort((a, b) => a[0] - b[0]),
    source,
    [...sets.keys()],
  );
}

/** Gives ranges between cuts the same number if they belong to the same sets. */
function number(cuts: [number, number[]][], source: string, keys: string[]): Alphabet {
  const inside = new Set<number>();
  const numbers = new Map<string, number>();
  const [starts, classes]: [number[], number[]] = [[], []];
  const members: number[][] = keys.map(() => []);
  for (const [rune, sets] of cuts) {
    for (const set of sets) if (!inside.delete(set)) inside.add(set);
    const key = [...inside].sort((a, b) => a - b).join();
    let found = numbers.get(key);
    if (found === undefined) {
      found = numbers.size;
      numbers.set(key, found);
      for (const set of inside) members[set].push(found);
    }
    if (classes[classes.length - 1] === found) continue;
    starts.push(rune);
    classes.push(found);
  }
  const count = numbers.size;
  if (count > LIMITS.maxClasses) {
    const problem = `it distinguishes ${count} kinds of characters, more than maxClasses (${LIMITS.maxClasses}) allows`;
    throw new PatternError(problem, source, 0, source.length);
  }
  const byKey = new Map(keys.map((key, index) => [key, members[index]]));
  const known = new Map<RuneSet, readonly number[]>();
  const classesOf = (set: RuneSet) => {
    const found = known.get(set) ?? byKey.get(set.join())!;
    known.set(set, found);
    return found;
  };
  const sides = new Array<number>(count).fill(Side.Other);
  for (const each of classesOf(NEWLINE)) sides[each] = Side.Newline;
  for (const each of classesOf(WORD_RUNES)) sides[each] = Side.Word;
  return { count, starts, classes, sides, classesOf };
}
