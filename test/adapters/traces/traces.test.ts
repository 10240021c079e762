import assert from 'node:assert/strict';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { context, ROOT_CONTEXT, type Span, trace, type Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { type Guests, WasmSpanProcessor, type WasmSpanProcessorOptions } from '../../../src';
import { spanNames } from '../../support/decodeOtlp';
import { guest } from '../../support/guests';
import { startOtlpServer } from '../../support/otlpServer';
import { seeded } from '../../support/seeded';

/** Decisions of the guest `obeysSpanNames`: a trace with a span of this name is dropped. */
const DROP = 'NONE';

describe("WasmSpanProcessor with batching: 'traces'", function () {
  this.timeout(120_000);
  const providers: BasicTracerProvider[] = [];
  afterEach(() => Promise.allSettled(providers.splice(0).map(provider => provider.shutdown())));

  function create(guests: Guests, options: WasmSpanProcessorOptions = {}) {
    const exporter = new InMemorySpanExporter();
    const processor = new WasmSpanProcessor(guests, {
      ...{ exporter, batching: 'traces', guestTimeoutMillis: 60_000 },
      ...options,
    });
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    providers.push(provider);
    const exported = (): string[] => exporter.getFinishedSpans().map(({ name }) => name);
    return { processor, exporter, exported, tracer: provider.getTracer('test', '1.0.0') };
  }

  function child(tracer: Tracer, parent: Span, name: string): Span {
    return tracer.startSpan(name, {}, trace.setSpan(context.active(), parent));
  }

  it('passes a whole trace to the guest once its local root has ended', async () => {
    const { processor, exported, tracer } = create(await guest('obeysSpanNames'));
    const [kept, dropped] = ['request', 'health check'].map(name => tracer.startSpan(name));
    child(tracer, kept, 'middleware').end();
    child(tracer, dropped, 'orphan?').end();
    child(tracer, dropped, DROP).end();
    await setImmediate();
    assert.equal(processor.stats.calls, 0);
    assert.deepEqual([processor.traceStats?.held, processor.traceStats?.spansHeld], [2, 3]);
    kept.end();
    dropped.end();
    await processor.forceFlush();
    assert.deepEqual(exported(), ['middleware', 'request']);
    assert.equal(processor.stats.calls, 2);
    const { kept: tracesKept, dropped: tracesDropped, early } = processor.traceStats ?? assert.fail();
    assert.deepEqual([tracesKept, tracesDropped, early], [1, 1, 0]);
    assert.equal(processor.stats.itemsDropped, 3);
  });

  it('decides equally when everything after encoding runs on a thread', async () => {
    const server = await startOtlpServer();
    const processor = new WasmSpanProcessor(await guest('obeysSpanNames'), {
      ...{ batching: 'traces', isolation: 'worker', otlp: { url: server.url } },
    });
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    const tracer = provider.getTracer('test');
    const [kept, dropped] = ['request', 'health check'].map(name => tracer.startSpan(name));
    const late = [kept, dropped].map(root => child(tracer, root, 'late'));
    child(tracer, dropped, DROP).end();
    kept.end();
    dropped.end();
    await processor.forceFlush();
    const { kept: tracesKept, dropped: tracesDropped } = processor.traceStats ?? assert.fail();
    assert.deepEqual([tracesKept, tracesDropped], [1, 1]);
    for (const span of late) span.end();
    await provider.shutdown();
    const arrived = server.requests.flatMap(({ payload }) => spanNames(payload));
    assert.deepEqual(arrived.sort(), ['late', 'request']);
    const { itemsIn, itemsOut, itemsDropped } = processor.stats;
    assert.deepEqual([itemsIn, itemsOut, itemsDropped], [5, 2, 3]);
    await server.close();
  });

  it('keeps resource and scope of each span', async () => {
    const exporter = new InMemorySpanExporter();
    const processor = new WasmSpanProcessor(await guest('unchanged'), { exporter, batching: 'traces' });
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': new Promise<string>(done => done('late')) }),
      spanProcessors: [processor],
    });
    providers.push(provider);
    const root = provider.getTracer('one', '1').startSpan('root');
    child(provider.getTracer('two', '2'), root, 'child').end();
    root.end();
    await processor.forceFlush();
    const found = exporter
      .getFinishedSpans()
      .map(span => [span.name, span.instrumentationScope.name, span.resource.attributes['service.name']]);
    assert.deepEqual(found.sort(), [
      ['child', 'two', 'late'],
      ['root', 'one', 'late'],
    ]);
  });

  it('waits for all local roots of a trace that have started', async () => {
    const { processor, exported, tracer } = create(await guest('obeysSpanNames'));
    const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true };
    const from = trace.setSpanContext(ROOT_CONTEXT, remote);
    const [one, two] = [tracer.startSpan('one', {}, from), tracer.startSpan(DROP, {}, from)];
    one.end();
    assert.equal(processor.traceStats?.held, 1);
    two.end();
    await processor.forceFlush();
    assert.deepEqual(exported(), []);
    assert.equal(processor.traceStats?.dropped, 1);
  });

  it('applies the decision to late spans', async () => {
    const { processor, exported, tracer } = create(await guest('obeysSpanNames'));
    const [kept, dropped] = [tracer.startSpan('kept'), tracer.startSpan(DROP)];
    const late = [child(tracer, kept, 'late of kept'), child(tracer, dropped, 'late of dropped')];
    kept.end();
    dropped.end();
    late.forEach(span => span.end());
    await processor.forceFlush();
    child(tracer, kept, 'later of kept').end();
    child(tracer, dropped, 'later of dropped').end();
    await processor.forceFlush();
    assert.deepEqual(exported().sort(), ['kept', 'late of kept', 'later of kept']);
    assert.equal(processor.traceStats?.lateSpans, 4);
    const { itemsIn, itemsOut, itemsDropped } = processor.stats;
    assert.deepEqual([itemsIn, itemsOut, itemsDropped], [6, 3, 3]);
  });

  it('decides without the local root after maxWaitMillis', async () => {
    const { processor, tracer } = create(await guest('unchanged'), { traces: { maxWaitMillis: 20 } });
    child(tracer, tracer.startSpan('never ends'), 'child').end();
    while (processor.traceStats?.held !== 0) await setTimeout(5);
    assert.equal(processor.traceStats?.early, 1);
  });

  for (const [bound, traces] of [
    ['traces', { maxTraces: 2 }],
    ['spans', { maxSpans: 2 }],
    ['bytes', { maxBytes: 150 }],
  ] as const) {
    it(`decides the oldest trace early when there are too many ${bound}`, async () => {
      const { processor, exported, tracer } = create(await guest('unchanged'), { traces });
      for (let i = 0; i < 5; i++) child(tracer, tracer.startSpan('never ends'), `child ${i}`).end();
      assert.ok((processor.traceStats?.early ?? 0) >= 3);
      await processor.forceFlush();
      assert.deepEqual(exported().sort(), ['child 0', 'child 1', 'child 2', 'child 3', 'child 4']);
    });
  }

  it('loses all or nothing of a trace that the guest fails on, including late spans', async () => {
    for (const [onError, expected] of [
      ['drop', []],
      ['passthrough', ['TRAP', 'child', 'late']],
    ] as const) {
      const { processor, exported, tracer } = create(await guest('obeysSpanNames'), { onError });
      const root = tracer.startSpan('TRAP');
      const late = child(tracer, root, 'late');
      child(tracer, root, 'child').end();
      root.end();
      await processor.forceFlush();
      late.end();
      await processor.forceFlush();
      assert.deepEqual(exported().sort(), expected);
    }
  });

  it('rejects invalid options', async () => {
    const any = await guest('unchanged');
    const refused: [object, RegExp][] = [
      [{ batching: 'requests' }, /batching is "requests": allowed is "spans" or "traces"/],
      [{ traces: { maxTraces: 1 } }, /traces is .*: allowed is undefined, unless batching is "traces"/],
      [{ batching: 'traces', traces: { maxTraces: 0 } }, /traces\.maxTraces is 0/],
      [{ batching: 'traces', traces: { maxTrace: 1 } }, /"maxTrace" does not exist/],
    ];
    for (const [options, message] of refused)
      assert.throws(() => new WasmSpanProcessor(any, options), { code: 'INVALID_OPTION', message });
  });

  // The second is shut down while traces are open.
  for (const ends of ['once all traces have ended', 'in the middle of traces']) {
    it(`keeps all or nothing of each trace and counts every span: shutdown ${ends}`, async () => {
      const random = seeded(22);
      const tracesInAll = process.env.FULL_TESTS === undefined ? 1_000 : 10_000;
      const { processor, exporter, tracer } = create(await guest('obeysSpanNames'), {
        traces: { maxTraces: 100, maxSpans: 600, maxBytes: 100_000, maxWaitMillis: 50, maxDecisions: 1e6 },
        restart: { initialDelayMillis: 1, maxDelayMillis: 1 },
      });
      const made = new Map<string, number>();
      const end = (span: Span): void => {
        const { traceId } = span.spanContext();
        made.set(traceId, (made.get(traceId) ?? 0) + 1);
        span.end();
      };
      const open: { root: Span; spans: Span[] }[] = [];
      const untilAllEnd = ends !== 'in the middle of traces';
      for (let started = 0; started < tracesInAll || (untilAllEnd && open.length > 0);) {
        if (started < tracesInAll && (open.length < 150 || random(20) === 0)) {
          started++;
          const root = tracer.startSpan('root');
          // What decides ends first, so that it is there whenever the trace is decided.
          const names = ['NONE', 'TRAP', 'REFU', 'EXIT', 'GARB', 'a', 'b', 'c', 'd', 'e', 'f', 'g'];
          const first = child(tracer, root, names[random(names.length)]);
          const spans = Array.from({ length: random(19) }, (_, i) => child(tracer, root, `span ${i}`));
          end(first);
          // The root ends early, late or never.
          if (random(10) > 0) spans.splice(random(spans.length + 1), 0, root);
          open.push({ root, spans });
          continue;
        }
        const index = random(open.length);
        const next = open[index].spans.shift();
        if (next !== undefined) end(next);
        else open.splice(index, 1);
        if (random(50) === 0) await setImmediate();
        if (random(2_000) === 0) await setTimeout(random(60));
      }
      await processor.shutdown();
      for (const { spans } of open) spans.forEach(span => span.end());
      const seen = new Map<string, number>();
      for (const span of exporter.getFinishedSpans()) {
        const { traceId } = span.spanContext();
        seen.set(traceId, (seen.get(traceId) ?? 0) + 1);
      }
      for (const [traceId, spans] of made) {
        const left = seen.get(traceId) ?? 0;
        assert.ok(left === 0 || left === spans, `${left} of ${spans} spans`);
      }
      const { itemsIn, itemsOut, itemsDropped, itemsFailed } = processor.stats;
      const failed = Object.values(itemsFailed).reduce((sum, count) => sum + count, 0);
      const spansMade = [...made.values()].reduce((sum, count) => sum + count, 0);
      assert.equal(made.size, tracesInAll);
      assert.ok(!untilAllEnd || spansMade >= 10 * tracesInAll, `${spansMade} spans`);
      assert.equal(itemsIn, spansMade);
      assert.equal(itemsOut + itemsDropped + failed, spansMade);
      const { held, spansHeld, bytesHeld, kept, dropped, early, lateSpans } =
        processor.traceStats ?? assert.fail();
      assert.deepEqual([held, spansHeld, bytesHeld], [0, 0, 0]);
      assert.equal(kept + dropped, made.size);
      assert.ok(early > 0 && lateSpans > 0 && kept > 0 && dropped > 0 && failed > 0);
    });
  }
});
