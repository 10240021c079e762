import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BatchEncoder, encodeLogs, encodeTraces } from '../../../src/otlp';
import { logRecords, spans } from '../arbitraries';
import { spansNamed } from '../../support/spans';

describe('BatchEncoder', () => {
  /** Adds items in parts of `size`; twice, since the encoder starts over. */
  function inParts<Item>(
    encoder: Pick<BatchEncoder<never>, 'finish' | 'items'> & { add(items: Item[], onLost: () => void): void },
    items: Item[],
    size: number,
  ): Uint8Array[] {
    return [1, 2].map(() => {
      for (let i = 0; i < items.length; i += size) encoder.add(items.slice(i, i + size), assert.fail);
      const { bytes, items: finished } = encoder.finish();
      assert.deepEqual([finished, encoder.items], [items.length, 0]);
      return Buffer.from(bytes);
    });
  }

  it('encodes in parts the same bytes as at once, with mixed resources and scopes', () => {
    const spanEncoder = BatchEncoder.forSpans();
    const logEncoder = BatchEncoder.forLogRecords();
    fc.assert(
      fc.property(spans, logRecords, fc.integer({ min: 1, max: 8 }), (someSpans, records, size) => {
        const traces = Buffer.from(encodeTraces(someSpans));
        const logs = Buffer.from(encodeLogs(records));
        assert.deepEqual(inParts(spanEncoder, someSpans, size), [traces, traces]);
        assert.deepEqual(inParts(logEncoder, records, size), [logs, logs]);
      }),
    );
  });

  it('omits an item whose methods throw, and starts over after a resource that throws', () => {
    const encoder = BatchEncoder.forSpans();
    const [span] = fc.sample(spans, { numRuns: 50, seed: 1 }).flat();
    const boom = (): never => {
      throw new Error('boom');
    };
    const lost: unknown[] = [];
    // Most of it is written by then.
    const thrower = Object.defineProperty({ ...span }, 'status', { get: boom });
    encoder.add([span, { ...span, spanContext: boom }, thrower, span], error => lost.push(error));
    assert.deepEqual([String(lost), encoder.items], ['Error: boom,Error: boom', 2]);
    assert.deepEqual(Buffer.from(encoder.finish().bytes), Buffer.from(encodeTraces([span, span])));
    const resource = Object.defineProperty({ ...span.resource }, 'attributes', { get: boom });
    encoder.add([{ ...span, resource }], assert.ifError);
    assert.throws(() => encoder.finish(), /boom/);
    encoder.add([span], assert.ifError);
    assert.deepEqual(Buffer.from(encoder.finish().bytes), Buffer.from(encodeTraces([span])));
  });

  it('omits items beyond 64 MiB of a batch, and starts the next batch empty', () => {
    const encoder = BatchEncoder.forSpans();
    const large = spansNamed('x'.repeat(9 * 2 ** 20));
    const lost: unknown[] = [];
    for (let item = 0; item < 8; item++) encoder.add(large, error => lost.push(error));
    assert.deepEqual([encoder.items, lost.length], [7, 1]);
    encoder.finish();
    encoder.add(large, assert.ifError);
    assert.equal(encoder.items, 1);
  });
});
