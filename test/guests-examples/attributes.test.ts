import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { Guest } from '../assembly/harness';
import {
  attributesOf,
  keyValues,
  LogsData,
  MetricsData,
  spansOf,
  traces,
  TracesData,
} from '../assembly/otlp';
import { runs } from '../support/runs';

/** The attributes of a span after the actions. */
function after(actions: object[], attributes: object): Record<string, unknown> {
  const input = traces([{ attributes }]);
  const { results, reason, status } = Guest.load('attributes', { actions }).consume('traces', input);
  assert.equal(status, 0, reason);
  return attributesOf(spansOf(results[0] ?? input)[0]);
}

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('guest attributes (AssemblyScript)', () => {
  it('inserts missing attributes, updates existing ones and upserts both', () => {
    const before = { a: 1, b: 'x' };
    assert.deepEqual(after([{ key: 'a', value: 2, action: 'insert' }], before), before);
    assert.deepEqual(after([{ key: 'c', value: 2, action: 'insert' }], before), { ...before, c: 2 });
    assert.deepEqual(after([{ key: 'a', value: true, action: 'update' }], before), { ...before, a: true });
    assert.deepEqual(after([{ key: 'c', value: 1, action: 'update' }], before), before);
    assert.deepEqual(after([{ key: 'a', value: 0.5, action: 'upsert' }], before), { ...before, a: 0.5 });
    assert.deepEqual(after([{ key: 'c', value: 'ü', action: 'upsert' }], before), { ...before, c: 'ü' });
  });

  it('copies values of other attributes, in the order of the actions', () => {
    const actions = [
      { key: 'copy', from_attribute: 'a', action: 'upsert' },
      { key: 'a', value: 'new', action: 'update' },
      { key: 'second', from_attribute: 'a', action: 'insert' },
      { key: 'none', from_attribute: 'missing', action: 'insert' },
      { key: 'third', from_attribute: 'copy', action: 'insert' },
    ];
    const nested = { deep: [1, 'x'] };
    assert.deepEqual(after(actions, { a: nested }), { a: 'new', copy: nested, second: 'new', third: nested });
  });

  it('deletes by key and glob, and renames', () => {
    assert.deepEqual(after([{ key: 'a', action: 'delete' }], { a: 1, aa: 2 }), { aa: 2 });
    assert.deepEqual(after([{ glob: 'a*', action: 'delete' }], { a: 1, aa: 2, b: 3 }), { b: 3 });
    assert.deepEqual(after([{ key: 'a', new_key: 'b', action: 'rename' }], { a: 1, b: 2, c: 3 }), {
      b: 1,
      c: 3,
    });
    assert.deepEqual(after([{ key: 'x', new_key: 'b', action: 'rename' }], { b: 2 }), { b: 2 });
  });

  it('hashes with SHA-256, as the Collector does', () => {
    const int = Buffer.alloc(8);
    int.writeBigInt64LE(-5n);
    const double = Buffer.alloc(8);
    double.writeDoubleLE(1.5);
    const attributes = {
      text: 'secret',
      int: -5,
      double: 1.5,
      yes: true,
      no: false,
      empty: '',
      bytes: Buffer.of(1),
      list: ['x'],
    };
    assert.deepEqual(after([{ glob: '*', action: 'hash' }], attributes), {
      text: sha256('secret'),
      int: sha256(int),
      double: sha256(double),
      yes: sha256(Uint8Array.of(1)),
      no: sha256(Uint8Array.of(0)),
      empty: sha256(''),
      bytes: '',
      list: '',
    });
  });

  it('hashes strings of every length correctly', () => {
    const guest = Guest.load('attributes', { actions: [{ key: 'k', action: 'hash' }] });
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }), text => {
        const { results } = guest.consume('traces', traces([{ attributes: { k: text } }]));
        assert.equal(attributesOf(spansOf(results[0])[0]).k, sha256(text));
      }),
      { numRuns: runs(200) },
    );
  });

  it('applies to resources, scopes, data points of every kind and log records', () => {
    const actions = [{ key: 'x', value: 1, action: 'upsert' }];
    const on = ['resource', 'scope', 'dataPoint'];
    const all = Guest.load('attributes', { actions, on });
    const point = () => ({ dataPoints: [{ attributes: keyValues({ a: 1 }) }] });
    const metrics = MetricsData.encode({
      resourceMetrics: [
        {
          scopeMetrics: [
            {
              metrics: [
                { name: 'g', gauge: point() },
                { name: 's', sum: point() },
                { name: 'h', histogram: point() },
                { name: 'e', exponentialHistogram: point() },
                { name: 'y', summary: point() },
              ],
            },
          ],
        },
      ],
    }).finish();
    const [group] = MetricsData.decode(all.consume('metrics', metrics).results[0]).resourceMetrics;
    assert.deepEqual(attributesOf(group.resource), { x: 1 });
    assert.deepEqual(attributesOf(group.scopeMetrics[0].scope), { x: 1 });
    for (const m of group.scopeMetrics[0].metrics) {
      const data = m.gauge ?? m.sum ?? m.histogram ?? m.exponentialHistogram ?? m.summary;
      assert.deepEqual(attributesOf(data.dataPoints[0]), { a: 1, x: 1 }, m.name);
    }
    const spans = TracesData.decode(all.consume('traces', traces([{}])).results[0]);
    assert.deepEqual(spans.resourceSpans[0].scopeSpans[0].spans[0].attributes, []);
    const logs = LogsData.encode({ resourceLogs: [{ scopeLogs: [{ logRecords: [{}] }] }] }).finish();
    const { results } = Guest.load('attributes', { actions }).consume('logs', logs);
    assert.deepEqual(attributesOf(LogsData.decode(results[0]).resourceLogs[0].scopeLogs[0].logRecords[0]), {
      x: 1,
    });
  });

  it('reports what is wrong with an action', () => {
    const reason = (action: object) => () => Guest.load('attributes', { actions: [action] });
    assert.throws(
      reason({ key: 'a', action: 'extract' }),
      /actions\[0\].action: expected one of .*, got "extract"/,
    );
    assert.throws(reason({ key: 'a', action: 'insert' }), /expected either value or from_attribute/);
    assert.throws(reason({ action: 'delete' }), /actions\[0\].key: expected a string, got nothing/);
    assert.throws(reason({ key: 'a', action: 'delete', on: 'spans' }), /on: expected one of resource, scope/);
  });
});
