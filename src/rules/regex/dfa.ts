import { type Alphabet, Side } from './alphabet';
import { type Nfa, Op } from './nfa';
import { Assert } from './syntax';

/**
 * A table with the behaviour of the machine, one lookup per character. Row 0 is the end: nothing more can match. An
 * entry is the next row times two, plus one if a match ended before the character. The last column is the end of the
 * text.
 */
export interface Dfa {
  readonly columns: number;
  readonly rows: readonly (readonly number[])[];
  /** The first row, by the `Side` before the position. */
  readonly starts: readonly number[];
}

export interface DfaOptions {
  readonly nfa: Nfa;
  readonly alphabet: Alphabet;
  /** The first instruction. */
  readonly start: number;
  /** Finds the longest match instead of the first one. */
  readonly longest: boolean;
  readonly maxRows: number;
}

/** Instructions to visit before a table is abandoned. Compiling must take only milliseconds. */
const MAX_VISITS = 100_000;

/** Undefined when it needs more than `maxRows`, or takes too long to build. */
export function buildDfa(options: DfaOptions): Dfa | undefined {
  return new DfaBuilder(options).build();
}

/** The conditions that hold between two neighbours. */
function assertionsBetween(before: number, after: number): number {
  let bits = 0;
  if (before === Side.Edge) bits |= Assert.BeginText;
  if (before === Side.Edge || before === Side.Newline) bits |= Assert.BeginLine;
  if (after === Side.Edge) bits |= Assert.EndText;
  if (after === Side.Edge || after === Side.Newline) bits |= Assert.EndLine;
  return (
    bits | ((before === Side.Word) !== (after === Side.Word) ? Assert.WordBoundary : Assert.NoWordBoundary)
  );
}

interface State {
  /**
   * Where to continue, by priority. If the pattern contains conditions, which depend on the next character, these are
   * not followed yet.
   */
  readonly threads: readonly number[];
  readonly before: number;
}

class DfaBuilder {
  private readonly states: State[] = [{ threads: [], before: Side.Other }];
  private readonly numbers = new Map<string, number>();
  private readonly takes: (Uint8Array | undefined)[];
  private readonly asserts: number;
  private visits = 0;
  /** For each instruction, the last closure that visited it. */
  private readonly seen: Uint32Array;
  private closures = 0;

  constructor(private readonly options: DfaOptions) {
    const { nfa, alphabet } = options;
    this.seen = new Uint32Array(nfa.instructions.length);
    this.asserts = nfa.instructions.reduce((bits, { op, arg }) => (op === Op.Assert ? bits | arg : bits), 0);
    const shared = new Map<readonly number[], Uint8Array>();
    this.takes = nfa.instructions.map(({ set }) => {
      if (set === undefined) return undefined;
      const classes = alphabet.classesOf(set);
      let taken = shared.get(classes);
      if (taken === undefined) {
        taken = new Uint8Array(alphabet.count);
        for (const each of classes) taken[each] = 1;
        shared.set(classes, taken);
      }
      return taken;
    });
  }

  build(): Dfa | undefined {
    const { alphabet, start, maxRows } = this.options;
    const starts = Object.values(Side).map(before => this.stateOf([start], before));
    const rows: number[][] = [];
    for (let i = 0; i < this.states.length; i++) {
      if (this.states.length > maxRows || this.visits > MAX_VISITS) return undefined;
      const row: number[] = [];
      for (let cls = 0; cls < alphabet.count; cls++)
        row.push(this.step(this.states[i], cls, alphabet.sides[cls]));
      row.push(this.step(this.states[i], -1, Side.Edge));
      rows.push(row);
    }
    return { columns: alphabet.count + 1, rows, starts };
  }

  /**
   * The number of the state that continues at `roots`. States that no condition of the pattern distinguishes are one.
   */
  private stateOf(roots: readonly number[], before: number): number {
    // A condition can decide the priority of two alternatives. All of them must then be followed together, once it is
    // known.
    const threads = this.asserts === 0 ? this.closure(roots, 0) : roots;
    if (threads.length === 0) return 0;
    let side = before;
    const { WordBoundary, NoWordBoundary, BeginLine, BeginText } = Assert;
    if (side === Side.Word && !(this.asserts & (WordBoundary | NoWordBoundary))) side = Side.Other;
    if (side === Side.Newline && !(this.asserts & BeginLine)) side = Side.Other;
    if (side === Side.Edge && !(this.asserts & (BeginText | BeginLine))) side = Side.Other;
    const ordered = this.options.longest ? [...threads].sort((a, b) => a - b) : threads;
    const key = `${side}:${ordered.join()}`;
    let found = this.numbers.get(key);
    if (found === undefined) {
      found = this.states.push({ threads: ordered, before: side }) - 1;
      this.numbers.set(key, found);
    }
    return found;
  }

  /** The entry for a character of class `cls`, or -1 for the end of the text. */
  private step(state: State, cls: number, side: number): number {
    const { nfa, longest } = this.options;
    const alive =
      this.asserts === 0 ? state.threads : this.closure(state.threads, assertionsBetween(state.before, side));
    let matched = 0;
    const next: number[] = [];
    for (const thread of alive) {
      const { op, out } = nfa.instructions[thread];
      if (op === Op.Match) {
        matched = 1;
        if (!longest) break;
      } else if (this.takes[thread]?.[cls] && !next.includes(out)) next.push(out);
    }
    return this.stateOf(next, side) * 2 + matched;
  }

  /** Everything reachable from `from` without a character, under the conditions that hold. */
  private closure(from: readonly number[], conditions: number): number[] {
    const { nfa, longest } = this.options;
    const { seen } = this;
    const mark = ++this.closures;
    const reached: number[] = [];
    const stack: number[] = [];
    for (const root of from) {
      stack.push(root);
      for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
        this.visits++;
        if (seen[at] === mark) continue;
        seen[at] = mark;
        const { op, out, arg } = nfa.instructions[at];
        if (op === Op.Split) stack.push(arg, out);
        else if (op === Op.Save) stack.push(out);
        else if (op !== Op.Assert) reached.push(at);
        else if (arg & conditions) stack.push(out);
        // Alternatives with lower priority than a match never succeed.
        if (op === Op.Match && !longest) return reached;
      }
    }
    return reached;
  }
}
