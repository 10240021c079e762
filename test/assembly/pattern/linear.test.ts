/** Time grows linearly with the text, whatever the pattern: counted in steps, which no busy machine changes. */
import assert from 'node:assert/strict';
import { compileRegex } from '../../../src/rules/regex';
import { ENGINES } from './engines';
import { PatternGuest } from './patternGuest';

const repeat = (text: string) => (size: number) => Buffer.from(text.repeat(size / text.length));

/** Patterns with texts on which engines that go back take quadratic time or worse. */
const HARD: readonly [pattern: string, text: (size: number) => Buffer][] = [
  ['(a*)*b', repeat('a')],
  ['(a+)+$', size => Buffer.from(`${'a'.repeat(size - 1)}!`)],
  ['(a|aa)+$', size => Buffer.from(`${'a'.repeat(size - 1)}!`)],
  ['(a|a?)+b', repeat('a')],
  ['(.*)(.*)(.*)(.*)(.*)[^a]', repeat('a')],
  ['(x+x+)+y', repeat('x')],
  ['([a-zA-Z]+)*1', repeat('a')],
  ['a?'.repeat(50) + 'a'.repeat(50), repeat('a')],
  ['.*.*=.*', repeat('x=')],
  ['[a-z0-9._%+-]+@[a-z0-9.-]+\\.[a-z]{2,}', repeat('a')],
  ['a*b', repeat('a')],
  ['a+b|a+c', repeat('a')],
  ['(a|b)*a(a|b){12}c', repeat('ab')],
  ['(?:4[0-9]{12}(?:[0-9]{3})?)x', repeat('4')],
  ['a{100}b', repeat('a')],
  ['(?i)(é|É)*x', repeat('éÉ')],
  ['\\b(\\w+\\s?)+\\.', repeat('ab ')],
];

describe('Pattern: linear time', () => {
  for (const [engine, options] of Object.entries(ENGINES)) {
    for (const [pattern, text] of HARD) {
      it(`${engine}: ${pattern.slice(0, 40)}`, () => {
        const loaded = new PatternGuest().load(compileRegex(pattern, options).program);
        const steps = (size: number) => loaded.steps(each => each.findAll(text(size), 1));
        const [some, tenfold] = [steps(1_200), steps(12_000)];
        assert.ok(tenfold <= 10.5 * some + 1_000, `${some} steps, ${tenfold} for ten times the text`);
      });
    }
  }

  it('takes less than one step per instruction and byte', () => {
    for (const [pattern, text] of HARD) {
      const { program } = compileRegex(pattern);
      const instructions = new DataView(program.buffer).getUint32(16, true);
      const loaded = new PatternGuest().load(program);
      const steps = loaded.steps(each => each.findAll(text(12_000), 1));
      // Attempts before another search takes over, and the three passes of that.
      assert.ok(steps <= 12_000 * (20 + 2 * instructions), `${pattern}: ${steps} steps`);
    }
  });
});
