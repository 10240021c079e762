import assert from 'node:assert/strict';
import fc from 'fast-check';
import { groups, readCases, readExpected } from './caseFiles';
import { differenceOf } from './compare';
import { decodeOtlp, encodeOtlp } from './otlpTree';
import { readCorpus } from './corpus';
import { applyDiff, diffTrees, isEqual } from './treeDiff';

describe('the corpus of rules', () => {
  it('has a result for each case and none for removed cases', () => {
    for (const group of groups()) {
      assert.deepEqual(
        [...readExpected(group).keys()],
        readCases(group).map(({ name }) => name),
        group,
      );
    }
  });

  it('reads and writes its data sets without loss', () => {
    const dataSets = new Map(readCorpus().map(({ given }) => [given.input, given]));
    for (const given of dataSets.values()) {
      const tree = decodeOtlp(given.signal, given.input);
      assert.deepEqual(decodeOtlp(given.signal, encodeOtlp(given.signal, tree)), tree, given.name);
    }
  });

  it('keeps bytes that are not UTF-8', () => {
    const name = 'a\udcff\ud83d\ude00\udcf0\udc9f';
    const bytes = encodeOtlp('traces', { resourceSpans: [{ scopeSpans: [{ spans: [{ name }] }] }] });
    const expected = Buffer.concat([
      Buffer.from('a'),
      Buffer.from([0xff]),
      Buffer.from('😀'),
      Buffer.from([0xf0, 0x9f]),
    ]);
    assert.ok(Buffer.from(bytes).includes(expected));
    assert.deepEqual(decodeOtlp('traces', bytes), {
      resourceSpans: [{ scopeSpans: [{ spans: [{ name }] }] }],
    });
  });

  it('records the changes between two trees', () => {
    const tree = fc.letrec(tie => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.integer({ max: 3, min: 0 }),
        fc.constantFrom('a', '@', '='),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('value'), { maxLength: 5 }),
      object: fc.dictionary(fc.constantFrom('key', 'name', 'b', 'c'), tie('value'), { maxKeys: 3 }),
    })).value;
    fc.assert(fc.property(tree, tree, (from, to) => isEqual(applyDiff(from, diffTrees(from, to)), to)));
  });

  it('reports an outcome that differs', () => {
    const named = (name: string) =>
      readCorpus({ groups: ['filter/traces'], where: given => given.name === name })[0];
    const { given, expected } = named('span.name == "publish"');
    assert.match(
      String(differenceOf(given, expected, { status: 'handed on', bytes: given.input })),
      /scopeSpans/,
    );
    assert.match(
      String(differenceOf(given, expected, { status: 'error', reason: 'no' })),
      /handed on expected, error: no/,
    );
    const unchanged = named('span.events == nil');
    const bytes = encodeOtlp('traces', decodeOtlp('traces', given.input));
    assert.equal(
      differenceOf(unchanged.given, unchanged.expected, { status: 'handed on', bytes }),
      undefined,
    );
  });
});
