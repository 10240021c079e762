import assert from 'node:assert/strict';
import { openGuest, sampleTraces, tracesIn } from '../../src/testing';
import { built } from '../support/built';

describe('traces for tests', () => {
  before(() => built());

  it('are complete, with one root each at the end', () => {
    const guest = openGuest('traces', 'otelwasm:tail-sample');
    const traces = tracesIn(sampleTraces(10)).map(trace => guest.consume(trace).items);
    assert.equal(traces.length, 10);
    for (const spans of traces) {
      const ids = new Set(spans.map(span => span.spanContext().spanId));
      assert.equal(ids.size, spans.length);
      assert.equal(new Set(spans.map(span => span.spanContext().traceId)).size, 1);
      const roots = spans.filter(({ parentSpanContext: parent }) => !ids.has(parent?.spanId ?? ''));
      assert.deepEqual(roots, [spans.at(-1)]);
    }
    const all = guest.consume(sampleTraces(10));
    assert.equal(all.count, traces.flat().length);
  });

  it('contain errors, slow traces and health checks', () => {
    const config = { drop: ['/healthz'], slowMillis: 2_000, probability: 0 };
    const guest = openGuest('traces', 'otelwasm:tail-sample', { pluginConfig: config });
    const kept = tracesIn(sampleTraces(10)).map(trace => guest.consume(trace).count);
    assert.deepEqual(kept, [0, 0, 0, 4, 4, 0, 0, 0, 4, 4]);
  });

  it('are split from any data without loss', () => {
    assert.deepEqual(tracesIn({ resourceSpans: [] }), []);
    const [first, ...rest] = tracesIn(sampleTraces(3));
    assert.deepEqual(tracesIn(first), [first]);
    assert.equal(rest.length, 2);
  });
});
