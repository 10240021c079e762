import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileRules } from '../../src/rules';
import { openGuest } from '../../src/testing';

const KEYS = ['a', 'url.path', 'k'.repeat(130)];
const TEXTS = ['', 'x', 'ab', '/healthz', '/health', 'v'.repeat(140)];

const quoted = (text: string) => JSON.stringify(text);
const path = fc.constantFrom('span.name', ...KEYS.map(key => `span.attributes["${key}"]`));
const test = fc.oneof(
  fc.tuple(path, fc.constantFrom('==', '!='), fc.constantFrom(...TEXTS.map(quoted), '7', 'nil')),
  fc.tuple(fc.constantFrom(...TEXTS.map(quoted)), fc.constant('=='), path),
);
const condition = fc.letrec<{ any: string; both: string }>(tie => ({
  any: fc.oneof(
    { depthSize: 'small' },
    test.map(parts => parts.join(' ')),
    tie('both'),
    tie('any').map(inner => `not (${inner})`),
  ),
  both: fc
    .tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any'))
    .map(([left, word, right]) => `(${left} ${word} ${right})`),
})).any;

const value = fc.oneof(
  fc.constantFrom(...TEXTS).map(stringValue => ({ stringValue })),
  fc.constant({ intValue: '7' }),
);
const span = fc.record({
  name: fc.constantFrom(...TEXTS),
  attributes: fc.array(fc.record({ key: fc.constantFrom(...KEYS), value }), { maxLength: 4 }),
});

describe('the texts that conditions need', () => {
  it('do not change what they drop: equal with and without the prefilter', () => {
    fc.assert(
      fc.property(
        fc.array(condition, { minLength: 1, maxLength: 3 }),
        fc.array(span, { minLength: 1, maxLength: 8 }),
        (conditions, spans) => {
          // Where an error counts, every condition is looked at; these have none.
          const [searched, looked] = ['ignore', 'propagate'].map(mode => {
            const rules = { filter: { error_mode: mode, traces: { span: conditions } } };
            return openGuest('traces', compileRules(rules)).consume({
              resourceSpans: [{ scopeSpans: [{ spans }] }],
            }).bytes;
          });
          assert.deepEqual(Buffer.from(searched), Buffer.from(looked));
        },
      ),
      { numRuns: 60 },
    );
  }).timeout(60_000);
});
