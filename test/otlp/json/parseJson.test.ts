import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseJson, parseOtlpJson } from '../../../src/otlp/json';
import { runs } from '../../support/runs';

const LONG_INTEGER = /(?<![\w.+-])-?\d{16,}(?![\w.+-])/;

describe('parseJson', () => {
  for (const [text, message] of [
    ['', /line 1, column 1: found the end, expected value/],
    ['{"a":}', /line 1, column 6: found "}", expected value/],
    ['{\n  "a": 1,\n}', /line 3, column 1: found "}", expected name/],
    ['[1, 2', /line 1, column 6: found the end, expected , or \]/],
    ['{"a" 1}', /line 1, column 6: found "1}", expected :/],
    ['{"a": "x\n"}', /line 1, column 7/],
    ['{} {}', /line 1, column 4: found "{}", expected the end/],
    ['[1 2]', /line 1, column 4/],
    ['{"a": tru}', /line 1, column 7: found "tru}", expected value/],
    ['[01]', /line 1, column 2/],
    ['{1: 2}', /column 2: found "1:", expected name or }/],
    ['[1,]', /column 4: found "\]", expected value/],
  ] as const) {
    it(`reports where ${JSON.stringify(text)} is malformed`, () => {
      assert.throws(() => parseJson(text), { code: 'DECODE', message });
    });
  }

  it('counts lines from a given line', () => {
    assert.throws(() => parseOtlpJson('{', 41), { message: /line 41, column 2/ });
  });

  it('agrees with JSON.parse on valid JSON and reports a position for other texts', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', '}', ',', '[', '\\', '0'), fc.nat(2))
      .map(([json, at, text, cut]) => {
        const start = at % (json.length + 1);
        return json.slice(0, start) + text + json.slice(start + cut);
      });
    fc.assert(
      fc.property(damaged, text => {
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          assert.throws(() => parseJson(text), { message: /line \d+, column \d+: found .* expected/ });
          assert.throws(
            () => parseJson(text),
            ({ message }: Error) => !message.includes('JSON.parse'),
          );
          return;
        }
        if (LONG_INTEGER.test(text)) return; // May be refused: test/config/config.test.ts.
        assert.deepEqual(parseJson(text), expected);
      }),
      { numRuns: runs(1_000) },
    );
  });
});
