import assert from 'node:assert/strict';
import fc from 'fast-check';
import pc from 'picocolors';
import { type Signal, SIGNALS } from '../../src/abi/signal';
import { compare } from '../../src/cli/diff/compare';
import { formatChanges } from '../../src/cli/diff/format';
import { itemsOf } from '../../src/cli/diff/items';
import type { OtlpJson } from '../../src/otlp/json';
import { sampleData } from '../../src/testing';

const ITEMS = { traces: 'spans', metrics: 'metrics', logs: 'logRecords' } as const;

type Json = Record<string, unknown>;

/** The payload with each item as `change` makes it; `undefined` drops it. */
function mapped(
  signal: Signal,
  payload: OtlpJson,
  change: (item: Json, index: number) => Json | undefined,
): OtlpJson {
  let index = 0;
  return JSON.parse(JSON.stringify(payload), (name, value: unknown) =>
    name === ITEMS[signal] && Array.isArray(value)
      ? value.map(item => change(item as Json, index++)).filter(item => item !== undefined)
      : value,
  ) as OtlpJson;
}

const kinds = (signal: Signal, before: OtlpJson, after: OtlpJson) =>
  compare(signal, before, after).map(({ kind }) => kind);

describe('diff', () => {
  for (const signal of SIGNALS) {
    it(`finds exactly the dropped ${signal}`, () => {
      const payload = sampleData(signal, 24);
      fc.assert(
        fc.property(fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), keep => {
          const after = mapped(signal, payload, (item, index) => (keep[index] ? item : undefined));
          assert.deepEqual(
            kinds(signal, payload, after),
            keep.map(kept => (kept ? 'unchanged' : 'dropped')),
          );
        }),
        { numRuns: 30 },
      );
    });

    it(`counts each of the ${signal} once after any change`, () => {
      const payload = sampleData(signal, 12);
      const other = sampleData(signal, 30);
      const before = kinds(signal, payload, other).filter(kind => kind !== 'added').length;
      const after = kinds(signal, payload, other).filter(kind => kind !== 'dropped').length;
      assert.equal(before, itemsOf(signal, payload).length);
      assert.equal(after, itemsOf(signal, other).length);
    });

    it(`reports a changed resource of ${signal}`, () => {
      const payload = sampleData(signal, 3);
      const text = JSON.stringify(payload).replaceAll('"production"', '"test"');
      const changes = compare(signal, payload, JSON.parse(text) as OtlpJson);
      for (const change of changes) {
        assert.deepEqual(change.kind === 'changed' && change.fields, [
          {
            name: 'resource.attributes.deployment.environment.name',
            before: '"production"',
            after: '"test"',
          },
        ]);
      }
    });
  }

  it('matches a span by its ids when everything else has changed', () => {
    const payload = sampleData('traces', 8);
    const after = mapped('traces', payload, ({ traceId, spanId }) => ({ traceId, spanId, name: 'renamed' }));
    assert.ok(kinds('traces', payload, after).every(kind => kind === 'changed'));
  });

  it('ignores a written default, except where absence has a meaning', () => {
    const defaults = { parentSpanId: '', traceState: '', flags: 0, droppedEventsCount: 0 };
    const plain = { traceId: 'ab', spanId: 'cd', name: 'a' };
    const spans = (span: Json): OtlpJson => ({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    assert.deepEqual(kinds('traces', spans({ ...plain, ...defaults }), spans(plain)), ['unchanged']);
    assert.deepEqual(kinds('traces', spans(plain), spans({ ...plain, ...defaults })), ['unchanged']);

    const points = (point: Json): OtlpJson => ({
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: [point] } }] }] }],
    });
    assert.deepEqual(kinds('metrics', points({ asInt: '0' }), points({})), ['changed']);
    const tag = { key: 'k', value: { stringValue: '' } };
    const tagged = spans({ ...plain, attributes: [tag] });
    assert.deepEqual(kinds('traces', tagged, spans(plain)), ['changed']);
  });

  it('matches a log record with a redacted body', () => {
    const payload = sampleData('logs', 8);
    const after = mapped('logs', payload, item => ({ ...item, body: { stringValue: '***' } }));
    const changes = compare('logs', payload, after);
    assert.ok(changes.every(change => change.kind === 'changed' && change.fields.length === 1));
  });

  it('matches a data point with a removed attribute', () => {
    const payload = sampleData('metrics', 6);
    const after = JSON.parse(
      JSON.stringify(payload).replaceAll(
        '{"key":"http.response.status_code","value":{"intValue":"200"}}',
        '{"key":"x","value":{"intValue":"1"}}',
      ),
    ) as OtlpJson;
    assert.ok(!kinds('metrics', payload, after).includes('dropped'));
  });

  it('prints one line per change, with colours on request', () => {
    const payload = sampleData('traces', 2);
    const after = mapped('traces', payload, (item, index) =>
      index === 0 ? undefined : { ...item, name: 'new', kind: undefined, traceState: 'a=1' },
    );
    const changes = compare('traces', payload, after);
    assert.equal(
      formatChanges(changes, pc.createColors(false)),
      [
        '- span GET /users/:id (af9e72ebf533e025)',
        '~ span GET /orders (4dd5eca5747e5c3a)',
        '    ~ name: "GET /orders" → "new"',
        '    - kind: 2',
        '    + traceState: "a=1"',
        '',
      ].join('\n'),
    );
    assert.ok(formatChanges(changes, pc.createColors(true)).startsWith('\u001b[31m- span'));
  });
});
