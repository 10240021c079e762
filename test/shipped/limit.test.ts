import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Guest } from '../assembly/harness';
import { attributesOf, keyValues, LogsData, span, TracesData } from '../assembly/otlp';
import { built } from '../support/built';

const SECOND = 1_000_000_000n;
const CUT = 'otelwasm.limit.cut';

interface Given {
  readonly body?: string;
  readonly seconds?: number;
  readonly attributes?: object;
}

/** What passes of these records: each body, and how many it says were cut before. */
function pass(guest: Guest, records: readonly Given[], service = 'a'): [string, number?][] {
  const logRecords = records.map(({ body = '', seconds, attributes = {} }) => ({
    body: { stringValue: body },
    attributes: keyValues(attributes),
    // Within what the clock shows at the beginning.
    timeUnixNano: seconds === undefined ? 0 : String(BigInt(seconds * 1e9) + START),
  }));
  const resource = { attributes: keyValues({ 'service.name': service }) };
  const input = LogsData.encode({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }).finish();
  const { status, reason, results } = guest.consume('logs', input);
  assert.equal(status, 0, reason);
  const groups = LogsData.decode(results[0] ?? input).resourceLogs as { scopeLogs: never[] }[];
  return (groups[0]?.scopeLogs ?? []).flatMap(({ logRecords: list }) =>
    (list as { body: { stringValue: string }; attributes: never[] }[]).map(given => {
      const cut = attributesOf(given)[CUT] as number | undefined;
      return (cut === undefined ? [given.body.stringValue] : [given.body.stringValue, cut]) as [
        string,
        number?,
      ];
    }),
  );
}

const START = 1_600_000_000n * SECOND;
const many = (count: number, given: Given = {}): Given[] => Array<Given>(count).fill(given);
const counts = (passed: readonly [string, number?][]): string =>
  passed.map(([body, cut]) => body + (cut ?? '')).join(' ');

describe('otelwasm:limit', () => {
  before(() => built('limit'));

  it('passes a burst, then the configured rate by the time of the items', () => {
    const guest = Guest.load('limit', { perSecond: 2, burst: 3 });
    const at = (seconds: number) => many(10, { body: 'a', seconds });
    assert.equal(counts(pass(guest, at(0))), 'a a a');
    assert.equal(counts(pass(guest, [...at(1), ...at(3)])), 'a7 a a8 a a');
  });

  it('has a limit per key of the item or its resource', () => {
    const guest = Guest.load('limit', { perSecond: 1, by: ['body', 'service.name', 'user'] });
    const records = [{ body: 'a' }, { body: 'b' }, { body: 'a' }, { body: 'a', attributes: { user: 'x' } }];
    assert.equal(counts(pass(guest, records)), 'a b a');
    assert.equal(counts(pass(guest, records)), '');
    assert.equal(counts(pass(guest, records, 'other')), 'a b a');
    const swapped = Guest.load('limit', { perSecond: 1, by: ['x', 'y'] });
    const two = [
      { x: 'a', y: 'b' },
      { x: 'b', y: 'a' },
    ].map(attributes => ({ body: 'c', attributes }));
    assert.equal(counts(pass(swapped, two)), 'c c', 'the order of values counts');
  });

  it('limits spans', () => {
    const guest = Guest.load('limit', { perSecond: 1, by: ['name'] });
    const spans = ['a', 'a', 'b'].map(name => span({ name }));
    const input = TracesData.encode({ resourceSpans: [{ scopeSpans: [{ spans }] }] }).finish();
    const [result] = guest.consume('traces', input).results;
    const kept = TracesData.decode(result).resourceSpans[0].scopeSpans[0].spans as { name: string }[];
    assert.deepEqual(
      kept.map(({ name }) => name),
      ['a', 'b'],
    );
  });

  it('treats items without a time or from the future as current, also when the clock is set back', () => {
    const guest = Guest.load('limit', { perSecond: 1 });
    assert.equal(counts(pass(guest, [{ body: 'a', seconds: 1e9 }, { body: 'b' }])), 'a');
    assert.equal(counts(pass(guest, [{ body: 'b', seconds: 2e9 }])), '', 'it does not refill the bucket');
    guest.nanos += SECOND;
    assert.equal(counts(pass(guest, [{ body: 'c' }])), 'c2');
    guest.nanos -= 3_600n * SECOND;
    assert.equal(counts(pass(guest, [{ body: 'd' }])), '');
    guest.nanos += SECOND;
    assert.equal(counts(pass(guest, [{ body: 'e' }])), 'e1');
  });

  it('uses the observed time of a record without a time', () => {
    const guest = Guest.load('limit', { perSecond: 1 });
    const at = (...nanos: bigint[]): number => {
      const logRecords = nanos.map(each => ({ observedTimeUnixNano: String(each) }));
      const input = LogsData.encode({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }).finish();
      const { results } = guest.consume('logs', input);
      const [group] = LogsData.decode(results[0] ?? input).resourceLogs;
      return (group?.scopeLogs[0].logRecords as never[]).length;
    };
    assert.equal(at(START, START, START + SECOND, START + SECOND), 2);
  });

  it('has one common limit beyond maxKeys and evicts idle keys', () => {
    const guest = Guest.load('limit', { perSecond: 1, by: ['body'], maxKeys: 2 });
    const all = ['a', 'b', 'c', 'd'].map(body => ({ body }));
    assert.equal(counts(pass(guest, all)), 'a b c');
    guest.nanos += 5n * SECOND;
    assert.equal(counts(pass(guest, [{ body: 'e' }, { body: 'f' }])), 'e f');
  });

  it('counts every dropped item', () => {
    const batches = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 20 }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(batches, list => {
        const guest = Guest.load('limit', { perSecond: 3, by: ['body'], maxKeys: 2 });
        let told = 0;
        for (const bodies of list) {
          guest.nanos += SECOND / 2n;
          for (const [, cut = 0] of pass(
            guest,
            bodies.map(body => ({ body })),
          ))
            told += cut + 1;
        }
        guest.shutdown();
        const [, untold = '0'] = /(\d+) are not counted/.exec(guest.logs.join('\n')) ?? [];
        assert.equal(told + Number(untold), list.flat().length);
      }),
      { numRuns: 30 },
    );
  });

  it('logs once a minute and at shutdown how many were cut', () => {
    const guest = Guest.load('limit', { perSecond: 1 });
    pass(guest, many(6));
    guest.nanos += 61n * SECOND;
    pass(guest, many(3));
    guest.shutdown();
    assert.deepEqual(guest.logs, [
      '<6>cut in 61 s: 0 spans, 5 log records',
      '<6>cut in 0 s: 0 spans, 2 log records; 2 are not counted in any item',
    ]);
  });

  it('does what the example in its README says', () => {
    const readme = readFileSync(join(__dirname, '../../guests/limit/README.md'), 'utf8');
    assert.match(readme, /prints `4 otelwasm\.limit\.cut 7`/);
    const guest = Guest.load('limit', { perSecond: 2, burst: 3 });
    const records = [...many(10, { body: 'a', seconds: 1 }), { body: 'a', seconds: 2 }];
    assert.equal(counts(pass(guest, records)), 'a a a a7');
  });

  it('rejects an invalid configuration', () => {
    for (const config of [null, { perSecond: 0 }, { perSecond: 1, burst: 0 }, { perSecond: 1, maxKeys: 0 }])
      assert.throws(() => Guest.load('limit', config), /pluginConfig/);
  });
});
