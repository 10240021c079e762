import assert from 'node:assert/strict';
import { compileRules } from '../../src/rules';
import type { CorpusCase } from './caseFiles';
import { report, runCorpus } from './corpus';

/** What the Collector takes and the compiler refuses by name and place, and in how many cases: docs/rules.md lists them. */
const REFUSED: readonly (readonly [reason: RegExp, cases: number])[] = [
  [/\d:\d+: a time must be in 1678 to 2261/, 1],
  [/\d:\d+: "%Z" of a time with a location is not supported/, 1],
  [/\d:\d+: the locale "(it|es-ES)" is not supported: allowed is only en/, 2],
  [/\d:\d+: "expr" is not supported: allowed are strict and regexp/, 2],
  [
    /\d:\d+: "pattern" must be a string in double quotes or a Concat of such strings: other patterns are not supported/,
    2,
  ],
  [/\d:\d+: "otelcol" is not supported/, 1],
];

/** The short form: every fortieth case, and those that call a function which no case before has called. */
function inShortForm(): (given: CorpusCase) => boolean {
  const called = new Set<string>();
  let others = 0;
  return ({ yaml }) => {
    const before = called.size;
    for (const [call] of yaml.matchAll(/\b[A-Za-z]\w*\(/g)) called.add(call);
    return called.size > before || others++ % 40 === 0;
  };
}

describe('compiled rules', function () {
  this.timeout(300_000);

  it('do what the Collector does', () => {
    const where = process.env.FULL_TESTS ? undefined : inShortForm();
    const different = runCorpus(yaml => compileRules(yaml), { where }).filter(
      ({ difference }) => difference !== undefined,
    );
    const others = different.filter(
      ({ difference }) => !REFUSED.some(([reason]) => reason.test(String(difference))),
    );
    assert.deepEqual(others, [], report(others));
    for (const [reason, cases] of REFUSED) {
      const found = different.filter(({ difference }) => reason.test(String(difference)));
      assert.ok(found.length <= cases, `${reason.source}\n${report(found)}`);
    }
  });
});
