/**
 * Random patterns over random texts, against re2js: PATTERN_PAIRS pairs, by `npm run test:patterns` 100,000. One text in three has bytes that are no UTF-8.
 */
import assert from 'node:assert/strict';
import { RE2JS } from 're2js';
import { compileRegex } from '../../../src/rules/regex';
import { Random } from '../../fuzz/random';
import { ENGINES } from './engines';
import { type GuestPattern, PatternGuest } from './patternGuest';
import { randomPattern, randomText, smallPattern, smallText } from './randomCases';

const PAIRS = Number(process.env.PATTERN_PAIRS ?? 2_000);
const SEED = Number(process.env.PATTERN_SEED ?? 20);
const TEXTS = 5;
/** Programs stay in a guest: a new one now and then. */
const PATTERNS_PER_GUEST = 1_000;

/** What re2js offers beyond its documented surface: matches over bytes. */
interface Re2 {
  findAllUTF8SubmatchIndex(text: Uint8Array, most: number): number[][] | null;
}

function theirs(pattern: string): Re2 | undefined {
  try {
    return (RE2JS.compile(pattern) as unknown as { re2Input: Re2 }).re2Input;
  } catch {
    return undefined;
  }
}

function ours(pattern: string): Uint8Array[] | undefined {
  try {
    return Object.values(ENGINES).map(options => compileRegex(pattern, options).program);
  } catch {
    return undefined;
  }
}

const indexes = (pattern: GuestPattern, text: Uint8Array) =>
  pattern.findAll(text).map(groups => groups.flatMap(group => group ?? [-1, -1]));

describe('Pattern against re2js', () => {
  it(`finds the same matches in ${PAIRS} random pairs`, function () {
    this.timeout(60_000 + PAIRS * 20);
    const random = new Random(SEED);
    let guest = new PatternGuest();
    let compared = 0;
    for (let patterns = 1; compared < PAIRS; patterns++) {
      const small = random.below(2) === 0;
      const pattern = small ? smallPattern(random, 3) : randomPattern(random, 3);
      const re2 = theirs(pattern);
      const programs = ours(pattern);
      // Go takes two groups of one name, re2js does not.
      if (re2 === undefined && (pattern.match(/<n>/g)?.length ?? 0) > 1) continue;
      assert.equal(programs === undefined, re2 === undefined, `one of us refuses ${JSON.stringify(pattern)}`);
      if (re2 === undefined || programs === undefined) continue;
      if (patterns % PATTERNS_PER_GUEST === 0) guest = new PatternGuest();
      const loaded = programs.map(program => guest.load(program));
      for (let i = 0; i < TEXTS; i++, compared++) {
        const text = small ? smallText(random) : randomText(random);
        const expected = re2.findAllUTF8SubmatchIndex(text, -1) ?? [];
        loaded.forEach((each, engine) => {
          const where = `${Object.keys(ENGINES)[engine]}: ${JSON.stringify(pattern)} over ${Buffer.from(text).toString('hex')}`;
          assert.deepEqual(indexes(each, text), expected, where);
          assert.equal(each.test(text), expected.length > 0, where);
        });
      }
    }
  });
});
