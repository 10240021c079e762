import { LIMITS } from './limits';
import { Assert, type Node, type Parsed, type Repeat } from './syntax';
import { PatternError } from './patternError';
import { ANY_RUNE, type RuneSet } from './unicode';

/** Kinds of instructions. The guest's runtime knows the same numbers. */
export const Op = { Match: 0, Set: 1, Split: 2, Save: 3, Assert: 4 } as const;

/**
 * One instruction. `out` is the next one. `arg` is the alternative of a `Split` with lower priority, the slot of a
 * `Save`, or the conditions of an `Assert`.
 */
export interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  /** For a `Set`: the characters that it accepts. */
  readonly set?: RuneSet;
}

/** A machine that tries all alternatives at once, with the priorities of a backtracking one. */
export interface Nfa {
  readonly instructions: readonly Instruction[];
  /** Start of an anchored match. */
  readonly start: number;
  /** Start of a search: a loop that skips any characters, with lower priority than a match. */
  readonly search: number;
}

/** @throws {PatternError} when it is too large. */
export function buildNfa(parsed: Parsed, source: string): Nfa {
  const builder = new Builder(source);
  const match = builder.add({ op: Op.Match, out: 0, arg: 0 });
  const start = builder.save(0, builder.build(parsed.node, builder.save(1, match)));
  return withSearch(builder.instructions, start);
}

function withSearch(instructions: Instruction[], start: number): Nfa {
  const search = instructions.length;
  instructions.push({ op: Op.Split, out: start, arg: search + 1 });
  instructions.push({ op: Op.Set, out: search, arg: 0, set: ANY_RUNE });
  return { instructions, start, search };
}

/** The machine that reads matches of `parsed` from end to beginning. It has no groups. */
export function buildReverse(parsed: Parsed, source: string): Nfa {
  const builder = new Builder(source);
  const match = builder.add({ op: Op.Match, out: 0, arg: 0 });
  return withSearch(builder.instructions, builder.build(reversed(parsed.node), match));
}

/** Instructions are created from the end of a pattern to its beginning, so that each knows its successor. */
class Builder {
  readonly instructions: Instruction[] = [];

  constructor(private readonly source: string) {}

  add(instruction: Instruction): number {
    if (this.instructions.length >= LIMITS.maxInstructions) {
      const problem = `it compiles to more than maxInstructions (${LIMITS.maxInstructions}) instructions`;
      throw new PatternError(problem, this.source, 0, this.source.length);
    }
    return this.instructions.push(instruction) - 1;
  }

  save(slot: number, next: number): number {
    return this.add({ op: Op.Save, out: next, arg: slot });
  }

  /** Creates instructions for `node` that continue at `next`. Returns the first. */
  build(node: Node, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next;
      case 'set':
        return this.add({ op: Op.Set, out: next, arg: 0, set: node.set });
      case 'assert':
        return this.add({ op: Op.Assert, out: next, arg: node.assert });
      case 'group':
        return this.save(2 * node.index, this.build(node.of, this.save(2 * node.index + 1, next)));
      case 'concat':
        return node.parts.reduceRight((after, part) => this.build(part, after), next);
      case 'alternate':
        return node.parts
          .map(part => this.build(part, next))
          .reduceRight((rest, first) => this.split(true, first, rest));
      case 'repeat':
        return this.repeat(node, next);
    }
  }

  private split(greedy: boolean, into: number, past: number): number {
    return this.add(greedy ? { op: Op.Split, out: into, arg: past } : { op: Op.Split, out: past, arg: into });
  }

  private repeat(node: Repeat, next: number): number {
    const { of, min, max, greedy } = node;
    if (of.kind === 'empty' || max === 0) return next;
    if (sameLoop(node, of)) return this.build(of, next);
    let at = next;
    if (max === Infinity) {
      at = min === 0 ? this.star(node, next) : this.plus(node, next);
    } else {
      // x{2,5} is xx(x(x(x)?)?)?
      for (let i = min; i < max; i++) at = this.split(greedy, this.build(of, at), next);
    }
    const copies = max === Infinity ? min - 1 : min;
    for (let i = 0; i < copies; i++) at = this.build(of, at);
    return at;
  }

  private plus(node: Repeat, next: number): number {
    return this.loop(node, next).body;
  }

  private star(node: Repeat, next: number): number {
    // A body that can match the empty text must be tried before it is skipped: (x+)?
    if (nullable(node.of)) return this.split(node.greedy, this.plus(node, next), next);
    return this.loop(node, next).loop;
  }

  private loop({ of, greedy }: Repeat, next: number): { loop: number; body: number } {
    const loop = this.add({ op: Op.Split, out: 0, arg: 0 });
    const body = this.build(of, loop);
    const [out, arg] = greedy ? [body, next] : [next, body];
    this.instructions[loop] = { op: Op.Split, out, arg };
    return { loop, body };
  }
}

/** Whether a loop's body is a loop of the same kind: one of them is enough. */
function sameLoop({ min, max, greedy }: Repeat, of: Node): boolean {
  const single = (max === Infinity && min <= 1) || (min === 0 && max === 1);
  return single && of.kind === 'repeat' && of.min === min && of.max === max && of.greedy === greedy;
}

function nullable(node: Node): boolean {
  switch (node.kind) {
    case 'set':
      return false;
    case 'group':
      return nullable(node.of);
    case 'concat':
      return node.parts.every(nullable);
    case 'alternate':
      return node.parts.some(nullable);
    case 'repeat':
      return node.min === 0 || nullable(node.of);
    default:
      return true;
  }
}

const MIRRORED: Readonly<Record<number, number>> = {
  [Assert.BeginLine]: Assert.EndLine,
  [Assert.EndLine]: Assert.BeginLine,
  [Assert.BeginText]: Assert.EndText,
  [Assert.EndText]: Assert.BeginText,
};

function reversed(node: Node): Node {
  switch (node.kind) {
    case 'assert':
      return { kind: 'assert', assert: MIRRORED[node.assert] ?? node.assert };
    case 'group':
      return reversed(node.of);
    case 'concat':
      return { kind: 'concat', parts: node.parts.map(reversed).reverse() };
    case 'alternate':
      return { kind: 'alternate', parts: node.parts.map(reversed) };
    case 'repeat':
      return { ...node, of: reversed(node.of) };
    default:
      return node;
  }
}
