import { LIMITS } from '../limits';
import { Assert, EMPTY, type Node, type Parsed } from './node';
import { classEscape, parseClass } from './parseClass';
import { ANY_RUNE, NOT_NEWLINE, foldCase } from '../unicode';
import { Scanner } from './scanner';

/** Flags of `(?imsU)`, valid until the end of the group that sets them. */
interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
  readonly ungreedy: boolean;
}

const NO_FLAGS: Flags = { ignoreCase: false, multiLine: false, dotAll: false, ungreedy: false };
const FLAG_NAMES: Readonly<Record<string, keyof Flags>> = {
  i: 'ignoreCase',
  m: 'multiLine',
  s: 'dotAll',
  U: 'ungreedy',
};

/**
 * Parses RE2 syntax, as Go's regexp accepts it.
 *
 * @throws {PatternError} with the position of the fault.
 */
export function parse(source: string): Parsed {
  const parser = new Parser(source);
  const node = parser.alternatives(0);
  if (!parser.scanner.atEnd)
    parser.scanner.fail('unmatched closing )', parser.scanner.at, parser.scanner.at + 1);
  return { node, groups: parser.groups };
}

class Parser {
  readonly groups: string[] = [''];
  readonly scanner: Scanner;
  private flags = NO_FLAGS;

  constructor(source: string) {
    this.scanner = new Scanner(source);
  }

  /** Parses everything up to the end of the group or the pattern. */
  alternatives(depth: number): Node {
    if (depth > LIMITS.maxDepth) {
      this.scanner.fail(
        `groups are nested deeper than maxDepth (${LIMITS.maxDepth}) allows`,
        this.scanner.at,
      );
    }
    const parts = [this.sequence(depth)];
    while (this.scanner.skip('|')) parts.push(this.sequence(depth));
    return parts.length === 1 ? parts[0] : { kind: 'alternate', parts };
  }

  private sequence(depth: number): Node {
    const scanner: Scanner = this.scanner;
    const parts: Node[] = [];
    // Start of a repeat that ends here. Another repeat must not follow it.
    let repeatFrom = -1;
    while (!scanner.atEnd && scanner.unit !== '|' && scanner.unit !== ')') {
      const from = scanner.at;
      const count = this.repeat();
      if (count === undefined) {
        this.item(parts, depth);
        repeatFrom = -1;
        continue;
      }
      if (repeatFrom >= 0)
        scanner.fail(
          `a repetition cannot be repeated: ${scanner.source.slice(repeatFrom, scanner.at)}`,
          repeatFrom,
        );
      const of = parts.pop();
      if (of === undefined)
        scanner.fail(`nothing to repeat before ${scanner.source.slice(from, scanner.at)}`, from);
      const repeat: Node = { kind: 'repeat', of, ...count };
      if (repeatProduct(repeat) > LIMITS.maxRepeat) {
        scanner.fail(`nested repeats multiply to more than maxRepeat (${LIMITS.maxRepeat}) allows`, from);
      }
      parts.push(repeat);
      repeatFrom = from;
    }
    return parts.length === 0 ? EMPTY : parts.length === 1 ? parts[0] : { kind: 'concat', parts };
  }

  private repeat(): { min: number; max: number; greedy: boolean } | undefined {
    const scanner: Scanner = this.scanner;
    const bounds = scanner.skip('*')
      ? { min: 0, max: Infinity }
      : scanner.skip('+')
        ? { min: 1, max: Infinity }
        : scanner.skip('?')
          ? { min: 0, max: 1 }
          : scanner.count();
    return bounds && { ...bounds, greedy: scanner.skip('?') === this.flags.ungreedy };
  }

  /** Reads one item that a repeat may follow, or a change of flags, which adds nothing. */
  private item(parts: Node[], depth: number): void {
    const { flags } = this;
    const scanner: Scanner = this.scanner;
    const add = (node: Node) => void parts.push(node);
    const assert = (bit: number) => add({ kind: 'assert', assert: bit });
    if (scanner.unit === '(') {
      const group = this.group(depth);
      if (group !== undefined) add(group);
    } else if (scanner.unit === '[') {
      add({ kind: 'set', set: parseClass(scanner, flags.ignoreCase) });
    } else if (scanner.skip('^')) assert(flags.multiLine ? Assert.BeginLine : Assert.BeginText);
    else if (scanner.skip('$')) assert(flags.multiLine ? Assert.EndLine : Assert.EndText);
    else if (scanner.skip('.')) add({ kind: 'set', set: flags.dotAll ? ANY_RUNE : NOT_NEWLINE });
    else if (scanner.skip('\\A')) assert(Assert.BeginText);
    else if (scanner.skip('\\z')) assert(Assert.EndText);
    else if (scanner.skip('\\b')) assert(Assert.WordBoundary);
    else if (scanner.skip('\\B')) assert(Assert.NoWordBoundary);
    else if (scanner.skip('\\Q')) {
      const found = scanner.source.indexOf('\\E', scanner.at);
      const end = found < 0 ? scanner.source.length : found;
      while (scanner.at < end) add(this.literal(scanner.rune()));
      scanner.skip('\\E');
    } else if (scanner.unit === '\\') {
      const set = classEscape(scanner, flags.ignoreCase);
      add(set === undefined ? this.literal(scanner.escape()) : { kind: 'set', set });
    } else add(this.literal(scanner.rune()));
  }

  private literal(rune: number): Node {
    return { kind: 'set', set: this.flags.ignoreCase ? foldCase([rune, rune]) : [rune, rune] };
  }

  /** Reads a group; undefined when it only changes flags. */
  private group(depth: number): Node | undefined {
    const { flags } = this;
    const scanner: Scanner = this.scanner;
    const from = scanner.at;
    let index = 0;
    if (scanner.startsWith('(?P<') || scanner.startsWith('(?<')) {
      const name = /^\(\?P?<([A-Za-z0-9_]+)>/.exec(scanner.source.slice(from));
      if (name === null) {
        scanner.fail('the name of a group consists of letters, digits and _ between < and >', from, from + 4);
      }
      scanner.at += name[0].length;
      index = this.groups.push(name[1]) - 1;
    } else if (scanner.skip('(?')) {
      if (!this.setFlags(from)) return undefined;
    } else {
      scanner.skip('(');
      index = this.groups.push('') - 1;
    }
    const of = this.alternatives(depth + 1);
    if (!scanner.skip(')')) scanner.fail('missing closing )', from, from + 1);
    this.flags = flags;
    return index === 0 ? of : { kind: 'group', index, of };
  }

  /** Reads flags after `(?`. True when a group follows. */
  private setFlags(from: number): boolean {
    const scanner: Scanner = this.scanner;
    const found = /^([imsU]*)(?:-([imsU]+))?([:)])/.exec(scanner.source.slice(scanner.at));
    if (found === null) {
      scanner.fail(
        'after (? RE2 allows only flags (imsU, - clears them), ":" and "P<name>"',
        from,
        scanner.at + 1,
      );
    }
    scanner.at += found[0].length;
    const changed = { ...this.flags };
    for (const name of found[1]) changed[FLAG_NAMES[name]] = true;
    for (const name of found[2] ?? '') changed[FLAG_NAMES[name]] = false;
    this.flags = changed;
    return found[3] === ':';
  }
}

/** How often the innermost part is expanded. */
function repeatProduct(node: Node): number {
  switch (node.kind) {
    case 'repeat': {
      if (node.max === 0) return 0;
      const times = node.max === Infinity ? node.min : node.max;
      return Math.max(1, times) * repeatProduct(node.of);
    }
    case 'group':
      return repeatProduct(node.of);
    case 'concat':
    case 'alternate':
      return Math.max(1, ...node.parts.map(repeatProduct));
    default:
      return 1;
  }
}
