import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Guest } from '../assembly/harness';
import { attributesOf, keyValues, LogsData } from '../assembly/otlp';
import { built } from '../support/built';

const SECOND = 1_000_000_000n;
const START = 1_600_000_000n * SECOND;

interface Given {
  readonly body?: unknown;
  /** After `START`. Default: the record has no time. */
  readonly seconds?: number;
  readonly attributes?: object;
  readonly [field: string]: unknown;
}

const logRecord = ({ body = '', seconds, attributes = {}, ...rest }: Given): object => ({
  body: typeof body === 'string' ? { stringValue: body } : body,
  attributes: keyValues(attributes),
  timeUnixNano: seconds === undefined ? 0 : String(BigInt(seconds * 1e9) + START),
  ...rest,
});

const batchOf = (records: readonly Given[], service = 'a', scope = 's'): Uint8Array =>
  LogsData.encode({
    resourceLogs: [
      {
        resource: { attributes: keyValues({ 'service.name': service }) },
        scopeLogs: [{ scope: { name: scope }, logRecords: records.map(logRecord) }],
      },
    ],
  }).finish();

type Passed = { body: { stringValue: string }; attributes: never[] };

/** The records of a batch that are left. */
function consume(guest: Guest, input: Uint8Array): Passed[] {
  const { status, reason, results } = guest.consume('logs', input);
  assert.equal(status, 0, reason);
  const groups = LogsData.decode(results[0] ?? input).resourceLogs as { scopeLogs: never[] }[];
  return groups.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords as Passed[]));
}

const countOf = (record: Passed): number => (attributesOf(record).log_count as number | undefined) ?? 1;

/** What is left of these records: each body, and what it stands for if that is more than itself. */
const pass = (guest: Guest, records: readonly Given[], service?: string, scope?: string): string =>
  consume(guest, batchOf(records, service, scope))
    .map(record => record.body.stringValue + (countOf(record) > 1 ? countOf(record) : ''))
    .join(' ');

const field = (number: number, content: Uint8Array): Buffer =>
  Buffer.concat([Uint8Array.of(number * 8 + 2, content.length), content]);

const many = (count: number, given: Given): Given[] => Array<Given>(count).fill(given);

describe('otelwasm:dedupe', () => {
  before(() => built('dedupe'));

  it('merges equal records of a batch at the position of the first', () => {
    const guest = Guest.load('dedupe');
    const [a, b] = ['a', 'b'].map(body => ({ body, seconds: 0 }));
    assert.equal(pass(guest, [a, b, a, a, b, { body: 'c', seconds: 0 }]), 'a3 b2 c');
  });

  it('drops equal records of later batches and counts them on the next one after the interval', () => {
    const guest = Guest.load('dedupe', { intervalSeconds: 10 });
    assert.equal(pass(guest, [{ body: 'a', seconds: 0 }]), 'a');
    assert.equal(pass(guest, many(3, { body: 'a', seconds: 9.9 })), '');
    assert.equal(pass(guest, many(2, { body: 'a', seconds: 10 })), 'a5');
    assert.equal(pass(guest, many(2, { body: 'a', seconds: 30 })), 'a2');
  });

  it('uses the time of the records: a batch may span several intervals', () => {
    const guest = Guest.load('dedupe', { intervalSeconds: 5 });
    const records = [0, 1, 2, 5, 6, 20, 3].map(seconds => ({ body: 'a', seconds }));
    assert.equal(pass(guest, records), 'a3 a2 a a');
    const late = [24, 20].map(seconds => ({ body: 'b', seconds }));
    assert.equal(pass(guest, late), 'b2', 'a late record belongs to the nearest interval');
  });

  it('records the time of the first and the last duplicate', () => {
    const guest = Guest.load('dedupe', { countAttribute: 'n' });
    consume(guest, batchOf([{ seconds: 0 }]));
    consume(guest, batchOf([{ seconds: 4.25 }, { seconds: 3.5 }]));
    const [record] = consume(guest, batchOf([{ seconds: 60 }, { seconds: 61 }]));
    assert.deepEqual(attributesOf(record), {
      n: 4,
      first_observed_timestamp: '2020-09-13T12:26:43.500Z',
      last_observed_timestamp: '2020-09-13T12:27:41.000Z',
    });
  });

  it('falls back to the observed time, then to the clock, for the time of a record', () => {
    const guest = Guest.load('dedupe');
    const observed = (seconds: bigint) => ({ observedTimeUnixNano: String(START + seconds * SECOND) });
    assert.equal(
      pass(
        guest,
        [observed(0n), observed(9n), observed(10n)].map(o => ({ body: 'a', ...o })),
      ),
      'a2 a',
    );
    assert.equal(pass(guest, many(2, { body: 'b' })), 'b2');
    guest.nanos += 10n * SECOND;
    assert.equal(pass(guest, [{ body: 'b' }]), 'b');
  });

  it('does not copy a batch without duplicates', () => {
    const guest = Guest.load('dedupe');
    const { status, results } = guest.consume('logs', batchOf([{ body: 'a' }, { body: 'b' }]));
    assert.deepEqual([status, results.length], [0, 0]);
  });

  describe('records are equal', () => {
    const usual: Given = { body: 'a', seconds: 0, attributes: { x: 1, y: 'z' }, severityNumber: 9 };
    const differs = (change: Given, config: unknown = null): boolean =>
      pass(Guest.load('dedupe', config), [usual, { ...usual, ...change }]) !== 'a2';

    it('whatever their times, ids and flags, and the order of their attributes', () => {
      const ids = { traceId: new Uint8Array(16).fill(1), spanId: new Uint8Array(8).fill(2), flags: 1 };
      assert.equal(differs({ ...ids, seconds: 1, observedTimeUnixNano: '5' }), false);
      assert.equal(differs({ attributes: { y: 'z', x: 1 } }), false);
    });

    for (const change of [
      { body: 'b' },
      { body: { bytesValue: Buffer.from('a') } },
      { attributes: { x: 2, y: 'z' } },
      { attributes: { x: 'z', y: 1 } },
      { attributes: { x: 1 } },
      { severityNumber: 10 },
      { severityText: 'INFO' },
      { eventName: 'e' },
      { droppedAttributesCount: 1 },
    ])
      it(`but not with ${JSON.stringify(change)}`, () => assert.ok(differs(change)));

    it('but not with another resource or scope', () => {
      const guest = Guest.load('dedupe');
      assert.equal(pass(guest, [usual], 'a', 's'), 'a');
      assert.equal(pass(guest, [usual], 'b', 's'), 'a');
      assert.equal(pass(guest, [usual], 'a', 't'), 'a');
      assert.equal(pass(guest, [usual], 'a', 's'), '');
    });

    it('but not when a scope has the same bytes as a resource', () => {
      // An attribute without a value, and a name: both are field 1.
      const resource = { attributes: [{ key: 'k' }] };
      const scope = { name: '\n\u0001k' };
      const groups = [
        { resource, scopeLogs: [{ logRecords: [logRecord(usual)] }] },
        { scopeLogs: [{ scope, logRecords: [logRecord(usual)] }] },
      ];
      assert.equal(
        consume(Guest.load('dedupe'), LogsData.encode({ resourceLogs: groups }).finish()).length,
        2,
      );
    });

    it('without the fields of exclude', () => {
      const exclude = ['attributes.x', 'attributes.http.request.id'];
      assert.equal(differs({ attributes: { x: 2, y: 'z', 'http.request.id': 'i' } }, { exclude }), false);
      assert.ok(differs({ attributes: { x: 1, y: 'other' } }, { exclude }));
      assert.equal(differs({ body: 'b' }, { exclude: ['body'] }), false);
    });

    const map = (entries: object) => ({ kvlistValue: { values: keyValues(entries) } });
    const maps = (config: unknown, a: object, b: object): number =>
      consume(Guest.load('dedupe', config), batchOf([{ body: map(a) }, { body: map(b) }])).length;

    it('without the keys of a body that exclude names', () => {
      const config = { exclude: ['body.at.time'] };
      assert.equal(maps(config, { 'at.time': 1, a: 1 }, { a: 1, 'at.time': 2 }), 1);
      assert.equal(maps(config, { 'at.time': 1, a: 1 }, { 'at.time': 1, a: 2 }), 2);
      assert.equal(maps(config, { 'at.time': 1 }, { b: 1 }), 2);
    });

    it('if the fields of include are', () => {
      const include = ['attributes.x'];
      assert.equal(differs({ body: 'b', attributes: { x: 1 } }, { include }), false);
      assert.ok(differs({ attributes: { x: 2, y: 'z' } }, { include }));
      assert.ok(differs({ severityNumber: 17 }, { include }));
      assert.ok(differs({ body: 'b', attributes: { x: 1, y: 'z' } }, { include: ['attributes.none'] }));
      assert.ok(differs({ body: 'b' }, { include: ['body'] }));
      assert.equal(maps({ include: ['body.a'] }, { a: 1, b: 1 }, { a: 1, b: 2 }), 1);
      assert.equal(maps({ include: ['body.a'] }, { a: 1, b: 1 }, { a: 2, b: 1 }), 2);
    });
  });

  it('adds the count that a record already has', () => {
    const guest = Guest.load('dedupe');
    assert.equal(pass(guest, many(3, { body: 'a', attributes: { log_count: 5 } })), 'a15');
  });

  it('rolls back for a rejected batch, which may be retried', () => {
    const guest = Guest.load('dedupe');
    const a = { body: 'a', seconds: 0 };
    const good = batchOf([a]);
    // Only who looks into the second record sees that it is cut short.
    const broken = field(1, field(2, field(2, Uint8Array.of(0x2a, 5, 0))));
    assert.equal(guest.consume('logs', Buffer.concat([good, broken])).status, 1);
    assert.equal(pass(guest, [a]), 'a');
    assert.equal(pass(guest, [a, a]), '');
    const two = Buffer.concat([batchOf([a, a]), broken]);
    assert.equal(guest.consume('logs', two).status, 1);
    guest.shutdown();
    assert.deepEqual(guest.logs, ['<6>deduplicated in 0 s: 2 log records; 2 are not counted in any record']);
  });

  it('logs once a minute and at shutdown how many were dropped', () => {
    const guest = Guest.load('dedupe');
    pass(guest, many(6, { body: 'a' }));
    guest.nanos += 61n * SECOND;
    pass(guest, [{ body: 'b' }]);
    pass(guest, many(3, { body: 'b' }));
    guest.shutdown();
    assert.deepEqual(guest.logs, [
      '<6>deduplicated in 61 s: 5 log records',
      '<6>deduplicated in 0 s: 3 log records; 3 are not counted in any record',
    ]);
  });

  it('counts every dropped record, also beyond its capacity', () => {
    const few = fc.integer({ max: 5, min: 0 });
    const bodies = fc.array(fc.oneof(few, fc.integer({ min: 0, max: 30_000 })), {
      maxLength: 3000,
      size: 'max',
    });
    fc.assert(
      fc.property(fc.array(bodies, { maxLength: 8 }), batches => {
        const guest = Guest.load('dedupe');
        let told = 0;
        for (const batch of batches) {
          guest.nanos += 4n * SECOND;
          for (const record of consume(guest, batchOf(batch.map(body => ({ body: String(body) })))))
            told += countOf(record);
        }
        guest.shutdown();
        const [, untold = '0'] = /(\d+) are not counted/.exec(guest.logs.join('\n')) ?? [];
        assert.equal(told + Number(untold), batches.flat().length);
      }),
      { numRuns: 30 },
    );
  });

  it('evicts kinds without dropped records before kinds with unreported counts', () => {
    const guest = Guest.load('dedupe', { intervalSeconds: 10 });
    const kinds = (from: number, to: number, seconds: number): Given[] =>
      Array.from({ length: to - from }, (_, index) => ({ body: String(from + index), seconds }));
    pass(guest, kinds(0, 500, 0));
    // Of 2,048 sets with four places hardly one has more than four of these 500.
    const forgotten = consume(guest, batchOf(kinds(0, 500, 1))).length;
    assert.ok(forgotten < 25, String(forgotten));
    pass(guest, kinds(500, 20_000, 2));
    const told = consume(guest, batchOf(kinds(0, 500, 11))).filter(record => countOf(record) === 2);
    assert.ok(told.length > 450, String(told.length));
  });

  it('does what the example in its README says', () => {
    const readme = readFileSync(join(__dirname, '../../guests/dedupe/README.md'), 'utf8');
    assert.match(readme, /prints `2 1000`/);
  });

  it('rejects an invalid configuration', () => {
    for (const config of [
      { intervalSeconds: 0 },
      { interval: 10 },
      { include: ['attributes.a'], exclude: ['attributes.b'] },
      { include: [] },
      { exclude: ['severity'] },
      { countAttribute: 5 },
    ])
      assert.throws(() => Guest.load('dedupe', config), /pluginConfig/);
  });
});
