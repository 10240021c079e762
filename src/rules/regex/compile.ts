import { type Alphabet, buildAlphabet } from './alphabet';
import { buildDfa } from './dfa';
import { LIMITS } from './limits';
import { type Literals, literalsOf } from './literals';
import { buildNfa, buildReverse, type Nfa, Op } from './nfa';
import { Assert, type Parsed, parse } from './syntax';
import { buildOnePass } from './onePass';
import { encodeProgram, rowShift } from './program';
import type { Tables } from './sections';

export interface RegexOptions {
  /**
   * Leftmost-longest matches, instead of those that a backtracking engine would find first.
   * @default false
   */
  readonly longest?: boolean;
  /**
   * Limit of the DFA's tables in bytes, at most 32768. 0 means no tables: the Pike machine does all work.
   * @default 32768
   */
  readonly maxTableBytes?: number;
  /** @internal The tables to keep: tests run each kind of search alone. */
  readonly keep?: readonly (keyof Tables)[];
}

/** A pattern that was compiled for the guest. */
export interface CompiledRegex {
  readonly source: string;
  /** For `Pattern.load` of the guest SDK. It may be at any address. */
  readonly program: Uint8Array;
  /** The names of groups by number, empty for unnamed ones. Group 0 is the whole match. */
  readonly groups: readonly string[];
  readonly literals: Literals;
  /** The engine that finds matches: a DFA, which reads each character once or twice, or the Pike machine. */
  readonly engine: 'dfa' | 'nfa';
}

/**
 * Compiles a pattern in RE2 syntax, as Go's regexp accepts it. It matches in linear time, with an amount of memory
 * that is known in advance.
 *
 * @throws {PatternError} `INVALID_PATTERN` with the position, if the pattern is not RE2 syntax or exceeds a limit.
 */
export function compileRegex(source: string, options: RegexOptions = {}): CompiledRegex {
  const { longest = false, maxTableBytes = LIMITS.maxTableBytes } = options;
  const parsed = parse(source);
  const nfa = anchored(buildNfa(parsed, source));
  const alphabet = buildAlphabet(nfa, source);
  const { groups } = parsed;
  const all = longest ? {} : tablesOf(parsed, { nfa, alphabet, source, maxTableBytes });
  const tables = options.keep === undefined ? chosen(all, alphabet) : only(all, options.keep);
  const literals = literalsOf(parsed.node);
  const program = encodeProgram({
    ...{ source, nfa, alphabet, groups, longest, tables },
    literals: literals.required,
  });
  const engine = tables.attempt !== undefined || tables.forward !== undefined ? 'dfa' : 'nfa';
  return { source, program, groups, literals, engine };
}

/** If a match can begin with only this few characters, it pays to try at each of them. */
const FEW_FIRST_CHARACTERS = 12;

/** Builds the tables that fit. */
function tablesOf(
  parsed: Parsed,
  options: { nfa: Nfa; alphabet: Alphabet; source: string; maxTableBytes: number },
): Tables {
  const { nfa, alphabet, source, maxTableBytes } = options;
  let rows = Math.floor(Math.min(maxTableBytes, LIMITS.maxTableBytes) >> rowShift(alphabet.count + 1));
  const dfa = (machine: Nfa, start: number, backwards: boolean) => {
    const built = buildDfa({ nfa: machine, alphabet, start, longest: backwards, maxRows: rows });
    if (built !== undefined) rows -= built.rows.length;
    return built;
  };
  const attempt = dfa(nfa, nfa.start, false);
  // If the table for one start position is too large, the one for all positions is larger still.
  if (attempt === undefined) return {};
  const onePass = buildOnePass(nfa, alphabet, parsed.groups.length);
  const forward = dfa(nfa, nfa.search, false);
  const machine = forward && buildReverse(parsed, source);
  const reverse = machine && dfa(machine, machine.start, true);
  return { attempt, onePass, ...(reverse && { forward, reverse }) };
}

/** Omits the table of anchored attempts when the table of unanchored search exists and saves more. */
function chosen(tables: Tables, alphabet: Alphabet): Tables {
  const { attempt, ...others } = tables;
  if (attempt === undefined || others.forward === undefined) return tables;
  return firstCharacters(alphabet, attempt) <= FEW_FIRST_CHARACTERS ? tables : others;
}

function only(tables: Tables, keep: readonly (keyof Tables)[]): Tables {
  return Object.fromEntries(keep.map(name => [name, tables[name]]));
}

/** The number of ASCII characters with which a match can begin. */
function firstCharacters({ starts, classes }: Alphabet, attempt: NonNullable<Tables['attempt']>): number {
  const begins = (cls: number) => attempt.starts.some(row => attempt.rows[row][cls] !== 0);
  return starts.reduce((count, start, i) => {
    const size = Math.min(starts[i + 1] ?? 0x80, 0x80) - start;
    return size > 0 && begins(classes[i]) ? count + size : count;
  }, 0);
}

/** The machine for a pattern that begins with `\A` or `^`, which can match only at the beginning of the text. */
function anchored(nfa: Nfa): Nfa {
  const seen = new Set<number>();
  const stack = [nfa.start];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const { op, out, arg } = nfa.instructions[at];
    if (op === Op.Split) stack.push(out, arg);
    else if (op === Op.Save) stack.push(out);
    else if (op !== Op.Assert || arg !== Assert.BeginText) return nfa;
  }
  return { ...nfa, search: nfa.start };
}
