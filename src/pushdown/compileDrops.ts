import { type DropRule, type DropRules, EQUALITIES, ORDERS, TEXT_TESTS } from './dropRules';
import { type Item, type Read, readerOf } from './fields';
import { comparison, textTest, UNKNOWN, type Verdict } from './values';

type Decide = (item: Item) => Verdict;

/** An untrusted module may have a section of any size. This bounds its cost. */
const MAX_CHARACTERS = 64 * 1024;
const MAX_DEPTH = 32;
const MAX_TESTS = 1_000;

/**
 * Compiles a module's drop conditions to closures over the SDK's objects, to drop items before they are encoded. A
 * closure returns true only where the guest would drop the item, and false where only the guest can decide. It never
 * throws.
 * @returns undefined when there are no conditions for the signal, or the section is not valid `DropRules`
 */
export function compileDrops(
  text: string | undefined,
  signal: keyof DropRules,
): ((item: object) => boolean) | undefined {
  if (text === undefined || text.length > MAX_CHARACTERS) return undefined;
  try {
    const rules = (JSON.parse(text) as DropRules)[signal];
    const compiler = new Compiler(signal);
    const decisions = rules.map(({ test, strict }: DropRule) => ({
      decide: compiler.test(test, 0),
      strict: strict !== false,
    }));
    if (decisions.length === 0) return undefined;
    return item => {
      try {
        for (const { decide, strict } of decisions) {
          const verdict = decide(item as Item);
          if (verdict === true) return true;
          if (verdict === UNKNOWN && strict) return false;
        }
      } catch {
        // The encoder or the guest reports what is wrong with the item.
      }
      return false;
    };
  } catch {
    return undefined;
  }
}

class Compiler {
  #tests = 0;

  constructor(private readonly signal: keyof DropRules) {}

  /** Throws for an invalid test. */
  test(test: DropRule['test'], depth: number): Decide {
    if (depth > MAX_DEPTH || ++this.#tests > MAX_TESTS) throw new RangeError('too many tests');
    switch (test.op) {
      case 'and':
        return firstOf(
          test.tests.map(one => this.test(one, depth + 1)),
          false,
        );
      case 'or':
        return firstOf(
          test.tests.map(one => this.test(one, depth + 1)),
          true,
        );
      case 'not': {
        const decide = this.test(test.test, depth + 1);
        return item => {
          const verdict = decide(item);
          return verdict === UNKNOWN ? UNKNOWN : !verdict;
        };
      }
      case 'unknown':
        return () => UNKNOWN;
      default:
        return this.#leaf(test);
    }
  }

  #leaf(test: Exclude<DropRule['test'], { op: 'and' | 'or' | 'not' | 'unknown' }>): Decide {
    const read: Read = readerOf(test.field, this.signal);
    const { op, value } = test;
    const decide = isOneOf(TEXT_TESTS, op)
      ? textTest(op, value)
      : isOneOf([...EQUALITIES, ...ORDERS], op)
        ? comparison(op, value)
        : undefined;
    if (decide === undefined) throw new TypeError('unknown test');
    return item => decide(read(item));
  }
}

/**
 * `and` ends at the first false value, `or` at the first true one, and both at an undecidable one, like the guest.
 */
function firstOf(decisions: readonly Decide[], end: boolean): Decide {
  return item => {
    for (const decide of decisions) {
      const verdict = decide(item);
      if (verdict !== !end) return verdict;
    }
    return !end;
  };
}

function isOneOf<T extends string>(all: readonly T[], one: string): one is T {
  return (all as readonly string[]).includes(one);
}
