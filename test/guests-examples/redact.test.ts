import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Guest } from '../assembly/harness';
import {
  anyValue,
  attributesOf,
  jsValue,
  keyValues,
  LogsData,
  Span,
  spansOf,
  traces,
  TracesData,
} from '../assembly/otlp';
import { runs } from '../support/runs';

const SECRET = 'hunter2-hunter2';

describe('guest redact (AssemblyScript)', () => {
  const CONFIG = {
    keys: ['*password*', 'http.request.header.*'],
    remove: ['user.*'],
    texts: ['Bearer *'],
    mask: '[x]',
  };

  it('masks and removes attributes of spans, events, links, scopes and resources', () => {
    const guest = Guest.load('redact', CONFIG);
    const input = traces(
      [
        {
          attributes: { Password: SECRET, 'http.request.header.cookie': [SECRET], 'user.id': 5, a: 1 },
          events: [{ 'db.password.hash': SECRET, b: 2 }, { c: 3 }],
          links: [{ 'user.name': SECRET }],
        },
        { attributes: { plain: 'Bearer abc', also: 'not Bearer' } },
      ],
      { 'service.name': 'shop', 'admin.password': SECRET },
    );
    const { results } = guest.consume('traces', input);
    const [first, second] = spansOf(results[0]);
    assert.deepEqual(attributesOf(first), { Password: '[x]', 'http.request.header.cookie': '[x]', a: 1 });
    assert.deepEqual(first.events.map(attributesOf), [{ 'db.password.hash': '[x]', b: 2 }, { c: 3 }]);
    assert.deepEqual(first.links.map(attributesOf), [{}]);
    assert.deepEqual(attributesOf(second), { plain: '[x]', also: 'not Bearer' });
    const [group] = TracesData.decode(results[0]).resourceSpans;
    assert.deepEqual(attributesOf(group.resource), { 'service.name': 'shop', 'admin.password': '[x]' });
    assert.ok(!Buffer.from(results[0]).includes(SECRET));
  });

  it('redacts in nested maps and arrays', () => {
    const guest = Guest.load('redact', CONFIG);
    const attributes = {
      request: { headers: [{ password: SECRET, keep: 1 }, 'Bearer x', ['Bearer y']], 'user.id': 1 },
      empty: {},
      list: [],
    };
    const [span] = spansOf(guest.consume('traces', traces([{ attributes }])).results[0]);
    assert.deepEqual(attributesOf(span), {
      request: { headers: [{ password: '[x]', keep: 1 }, '[x]', ['[x]']] },
      empty: {},
      list: [],
    });
  });

  it('returns the same as a redaction in JavaScript, and leaves other spans byte for byte', () => {
    const guest = Guest.load('redact', { keys: ['a*'], remove: ['b'], mask: '-' });
    const redacted = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(redacted);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).flatMap(([key, inner]) => {
          if (key === 'b') return [];
          return [[key, /^a/i.test(key) ? '-' : redacted(inner)]];
        }),
      );
    };
    const { attributes } = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('attributes'),
      ),
      attributes: fc.dictionary(fc.constantFrom('a', 'A1', 'b', 'c', 'dd', 'e'.repeat(90)), tie('value'), {
        noNullPrototype: true,
        maxKeys: 4,
      }),
    }));
    fc.assert(
      fc.property(fc.array(attributes, { maxLength: 6 }), list => {
        const spans = list.map(item => ({ attributes: item, events: [item as object] }));
        const input = traces(spans);
        const { results, status } = guest.consume('traces', input);
        assert.equal(status, 0);
        const before = spansOf(input);
        const after = spansOf(results[0] ?? input);
        const expected = list.map(redacted);
        assert.deepEqual(after.map(attributesOf), expected);
        assert.deepEqual(
          after.map(s => attributesOf(s.events[0])),
          expected,
        );
        before.forEach((span, i) => {
          if (JSON.stringify(attributesOf(span)) !== JSON.stringify(expected[i])) return;
          assert.deepEqual(Span.encode(after[i]).finish(), Span.encode(span).finish());
        });
        assert.equal(results.length, JSON.stringify(expected) === JSON.stringify(list) ? 0 : 1);
      }),
      { numRuns: runs(500) },
    );
  });

  it('redacts log records and their bodies', () => {
    const guest = Guest.load('redact', CONFIG);
    const record = (body: unknown) => ({ body: anyValue(body), attributes: keyValues({ password: SECRET }) });
    const input = LogsData.encode({
      resourceLogs: [
        {
          scopeLogs: [
            { logRecords: [record({ deep: { password: SECRET } }), record('Bearer x'), record('y')] },
          ],
        },
      ],
    }).finish();
    const { logRecords } = LogsData.decode(guest.consume('logs', input).results[0]).resourceLogs[0]
      .scopeLogs[0];
    assert.deepEqual(
      logRecords.map((r: { body: Record<string, unknown> }) => jsValue(r.body)),
      [{ deep: { password: '[x]' } }, '[x]', 'y'],
    );
    assert.deepEqual(logRecords.map(attributesOf), Array(3).fill({ password: '[x]' }));
  });

  it('sets no result when nothing matches', () => {
    const guest = Guest.load('redact', { keys: ['nothing'] });
    assert.deepEqual(guest.consume('traces', traces([{ attributes: { a: { b: [1] } } }])).results, []);
  });

  it('reports which option is wrong', () => {
    assert.throws(() => Guest.load('redact', { keys: 'x' }), /pluginConfig.keys: expected an array, got "x"/);
    assert.throws(() => Guest.load('redact', { key: [] }), /unknown option "key"; allowed are keys, remove/);
  });
});
