import type { Alphabet } from './alphabet';
import { type Nfa, Op } from './nfa';

/**
 * For patterns in which the next character always decides how to continue: a table that finds the groups of a known
 * match. It ignores conditions, because they hold on the only possible path.
 */
export interface OnePass {
  /**
   * For each class: the next row times 65,536, plus a bit for each slot from 2 on that records the position before
   * the character.
   */
  readonly rows: readonly (readonly number[])[];
}

/** The number of slots that an entry has bits for. */
const MAX_SLOTS = 16;
const MAX_ROWS = 128;
const MAX_ENTRIES = 2_048;

/** Undefined if some character allows two paths, or the table needs too many rows. */
export function buildOnePass(nfa: Nfa, alphabet: Alphabet, groupCount: number): OnePass | undefined {
  if (groupCount < 2 || 2 * groupCount - 2 > MAX_SLOTS) return undefined;
  const roots = [nfa.start];
  const numbers = new Map([[nfa.start, 0]]);
  const rows: number[][] = [];
  for (let i = 0; i < roots.length; i++) {
    if (i >= MAX_ROWS || (i + 1) * (alphabet.count + 1) > MAX_ENTRIES) return undefined;
    const row = rowOf(nfa, alphabet, roots[i], next => {
      let found = numbers.get(next);
      if (found === undefined) {
        found = roots.push(next) - 1;
        numbers.set(next, found);
      }
      return found;
    });
    if (row === undefined) return undefined;
    rows.push(row);
  }
  return { rows };
}

const NONE = -1;

/** The target of each class from `root`. The last column is the match. Undefined if a class has two targets. */
function rowOf(
  nfa: Nfa,
  alphabet: Alphabet,
  root: number,
  numberOf: (instruction: number) => number,
): number[] | undefined {
  const row = new Array<number>(alphabet.count + 1).fill(NONE);
  const seen = new Set<number>();
  const stack: [at: number, saved: number][] = [[root, 0]];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [at, saved] = top;
    if (seen.has(at)) return undefined;
    seen.add(at);
    const { op, out, arg, set } = nfa.instructions[at];
    if (op === Op.Split) stack.push([arg, saved], [out, saved]);
    else if (op === Op.Save) stack.push([out, arg < 2 ? saved : saved | (1 << (arg - 2))]);
    else if (op === Op.Assert) stack.push([out, saved]);
    else {
      const columns = op === Op.Match ? [alphabet.count] : alphabet.classesOf(set!);
      const entry = op === Op.Match ? saved : numberOf(out) * 65_536 + saved;
      for (const column of columns) {
        if (row[column] !== NONE) return undefined;
        row[column] = entry;
      }
    }
  }
  return row.map(entry => Math.max(entry, 0));
}
