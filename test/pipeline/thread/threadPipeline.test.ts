import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { owned } from '../../../src/abi';
import { createPipeline, type Guests, type Pipeline } from '../../../src/pipeline';
import { PipelineRun } from '../../../src/pipeline/thread/pipelineRun';
import { createOtlpSink, type OtlpHttpOptions } from '../../../src/sink';
import { workersOf } from '../../runner/support';
import { spanNames } from '../../support/decodeOtlp';
import { captureDiag } from '../../support/diagLines';
import { withEnvironment } from '../../support/environment';
import { guest } from '../../support/guests';
import { type OtlpServer, startOtlpServer } from '../../support/otlpServer';
import { tracesOf } from '../../support/spans';
import { balance } from '../piped';

type Options = Parameters<typeof createPipeline>[4];

/** Longer than any test takes. */
const NEVER_MILLIS = 600_000;

for (const isolation of ['worker', 'process'] as const) {
  describe(`a pipeline on a separate thread with its guest in a ${isolation}`, () => {
    const lines = captureDiag();
    let server: OtlpServer;
    let open: { pipeline: Pipeline; worker: Worker }[] = [];
    let obeys: Uint8Array;
    let unchanged: Uint8Array;
    before(async () => {
      obeys = await guest('obeysSpanNames');
      unchanged = await guest('unchanged');
    });
    beforeEach(async () => (server = await startOtlpServer()));
    afterEach(async () => {
      await Promise.allSettled(open.splice(0).map(({ pipeline }) => pipeline.shutdown()));
      await server.close();
      open = [];
    });

    async function piped(
      guests: Guests,
      options: Options = {},
      otlp: OtlpHttpOptions = {},
      coalescing?: Parameters<typeof createPipeline>[6],
    ): Promise<{ pipeline: Pipeline; worker: Worker }> {
      const sink = createOtlpSink('traces', { url: `${server.url}/v1/traces`, ...otlp });
      const all = { isolation, startTimeoutMillis: 10_000, ...options };
      let made: Pipeline | undefined;
      const [worker] = await workersOf(() => {
        made = createPipeline('processor', 'traces', guests, sink, all, 'test', coalescing);
      });
      const one = { pipeline: made as Pipeline, worker };
      open.push(one);
      await one.pipeline.ready();
      return one;
    }

    const arrived = (): string[] => server.requests.flatMap(({ payload }) => spanNames(payload));

    it('sends what the guest keeps and counts as inline', async () => {
      const counts: object[] = [];
      const batches = [['a', 'b TWIN', 'c TRAP'], ['d', 'e NONE'], ['f REFU']].map(names =>
        tracesOf(...names),
      );
      for (const where of [isolation, 'inline'] as const) {
        const { pipeline } = await piped(obeys, { onError: 'passthrough', isolation: where });
        assert.equal(pipeline.state, 'running');
        for (const batch of batches) assert.notEqual((await pipeline.send(owned(batch))).status, 'refused');
        await pipeline.forceFlush();
        counts.push({ ...pipeline.stats, memoryBytes: 0, guests: pipeline.stats.guests[0].name });
        assert.ok(pipeline.stats.memoryBytes > 0);
        await pipeline.shutdown();
        assert.deepEqual([pipeline.state, pipeline.isClosed], ['stopped', true]);
      }
      assert.deepEqual(counts[0], counts[1]);
      const half = server.requests.length / 2;
      const bodies = server.requests.map(({ payload }) => payload);
      assert.deepEqual(bodies.slice(0, half), bodies.slice(half));
    });

    it('reports why a batch was rejected and how many items were lost', async () => {
      const { pipeline } = await piped(unchanged);
      server.answer({ status: 400, body: Buffer.from('no spans today') });
      const outcome = await pipeline.send(owned(tracesOf('a', 'b')));
      assert.equal(outcome.status, 'refused');
      assert.match(String('error' in outcome && outcome.error.message), /no spans today/);
      assert.deepEqual(pipeline.stats.itemsFailed, { EXPORT_FAILED: 2 });
      await pipeline.shutdown();
      const late = await pipeline.send(owned(tracesOf('c')));
      assert.equal('error' in late ? late.error.code : '', 'SHUTDOWN');
      assert.deepEqual(pipeline.stats.itemsFailed, { EXPORT_FAILED: 2, SHUTDOWN: 1 });
    });

    it('retries after a 503 and compresses according to the environment', async () => {
      const { pipeline } = await withEnvironment(
        { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip', OTEL_EXPORTER_OTLP_HEADERS: 'who=me' },
        () => piped(unchanged),
      );
      server.answer({ status: 503, headers: { 'retry-after': '0' } });
      assert.deepEqual(await pipeline.send(owned(tracesOf('a'))), { status: 'sent' });
      assert.equal(server.requests.length, 2);
      for (const { headers } of server.requests) {
        assert.equal(headers.who, 'me');
        assert.equal(headers['content-encoding'], 'gzip');
      }
    });

    it("logs diagnostics of its guest to the app's logger", async () => {
      const { pipeline } = await piped(await guest('logsEveryLevel'));
      await pipeline.send(owned(tracesOf('a')));
      await pipeline.forceFlush();
      assert.ok(
        lines.some(line => line.startsWith('warn: otelwasm:guest')),
        lines.join('\n'),
      );
    });

    it('counts everything it held when its thread ends, and the next batch starts another thread', async () => {
      const coalescing = { items: 2, delayMillis: NEVER_MILLIS };
      const { pipeline, worker } = await piped(obeys, {}, {}, coalescing);
      await pipeline.send(owned(tracesOf('a', 'b NONE')));
      server.answer({ hang: true });
      const hanging = pipeline.send(owned(tracesOf('c', 'd', 'e')));
      await server.received(1);
      await worker.terminate();
      const outcome = await hanging;
      assert.equal('error' in outcome ? outcome.error.code : outcome.status, 'WORKER_CRASHED');
      const { before, after } = balance(pipeline.stats);
      assert.equal(before, after, JSON.stringify(pipeline.stats));
      assert.equal(pipeline.state, 'restarting');
      assert.deepEqual(await pipeline.send(owned(tracesOf('f'))), { status: 'sent' });
      assert.equal(pipeline.stats.restarts, 1);
      assert.deepEqual(arrived().slice(-1), ['f']);
      const last = balance(pipeline.stats);
      assert.equal(last.before, last.after);
    });

    it('counts a batch that a shutdown abandons', async () => {
      const { pipeline } = await piped(unchanged, { exportTimeoutMillis: 100 }, { timeoutMillis: 60_000 });
      server.answer({ hang: true });
      const hanging = pipeline.send(owned(tracesOf('a', 'b')));
      await server.received(1);
      await pipeline.shutdown().catch(() => undefined);
      await hanging;
      const { before, after } = balance(pipeline.stats);
      assert.deepEqual([before, after], [2, 2]);
    });
  });
}

describe('a pipeline runs on the main thread', () => {
  const canMove = (otlp: OtlpHttpOptions): boolean =>
    createOtlpSink('traces', otlp).threadSetup !== undefined;
  const url = 'http://127.0.0.1:4318/v1/traces';

  it('when its settings cannot be posted', () => {
    assert.equal(canMove({ url }), true);
    assert.equal(canMove({ url, httpAgentOptions: { keepAlive: true, ca: [Buffer.from('x')] } }), true);
    assert.equal(canMove({ url, headers: async () => ({}) }), false);
    assert.equal(canMove({ url, httpAgentOptions: { lookup: () => undefined } }), false);
    assert.equal(canMove({ url, httpAgentOptions: { secureContext: new (class {})() } as object }), false);
  });

  it('when one of its guests runs inline or is watched', async () => {
    const sink = createOtlpSink('traces', { url });
    const one = await guest('unchanged');
    const chains: Guests[] = [one, [{ guest: one, isolation: 'worker' }, one]];
    for (const guests of chains) {
      let pipeline: Pipeline | undefined;
      const workers = await workersOf(() => {
        pipeline = createPipeline('processor', 'traces', guests, sink, {}, 'test');
      });
      assert.equal(workers.filter(worker => worker.resourceLimits?.maxOldGenerationSizeMb === 256).length, 0);
      await pipeline?.shutdown();
    }
  });
});

describe('an unresponsive thread', () => {
  it('is terminated, and everything that waits for it fails', async () => {
    const run = new PipelineRun({
      setup: new Promise(() => undefined),
      ...{ name: 'silent', env: {}, maxSilenceMillis: 60 },
      ...{ onReport: () => undefined, onOutput: () => undefined },
    });
    const [started, asked, why] = await Promise.all([run.started, run.ask({ kind: 'flush' }), run.ended]);
    assert.match(String(why), /did not answer for 60 ms/);
    assert.equal(started, why);
    assert.equal(asked, why);
    assert.equal(await run.ask({ kind: 'flush' }), why);
  });
});

describe('every item is counted when threads end', () => {
  it('itemsIn + itemsAdded = itemsOut + itemsDropped + itemsFailed, at any time', async () => {
    const server = await startOtlpServer();
    const obeys = await guest('obeysSpanNames');
    const word = fc.constantFrom('', '', 'NONE', 'TWIN', 'TRAP', 'REFU');
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(word, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 }),
          fc.integer({ min: 0, max: 6 }),
          fc.integer({ min: 0, max: 8 }),
          fc.boolean(),
          async (batches, killAfter, delayMillis, coalesce) => {
            const sink = createOtlpSink('traces', { url: `${server.url}/v1/traces` });
            const coalescing = coalesce ? { items: 4, delayMillis: NEVER_MILLIS } : undefined;
            const options = { isolation: 'worker', startTimeoutMillis: 10_000 } as const;
            let pipeline: Pipeline | undefined;
            const [worker] = await workersOf(() => {
              pipeline = createPipeline('processor', 'traces', obeys, sink, options, 'test', coalescing);
            });
            assert.ok(pipeline);
            await pipeline.ready();
            const thread = pipeline;
            const sent = batches.map((words, index) => {
              if (index === killAfter) void setTimeout(delayMillis).then(() => worker.terminate());
              return thread.send(owned(tracesOf(...words.map((text, at) => `${index}.${at} ${text}`))));
            });
            await Promise.all(sent);
            await pipeline.shutdown().catch(() => undefined);
            const { before, after } = balance(pipeline.stats);
            assert.equal(before, after, JSON.stringify(pipeline.stats));
            assert.equal(pipeline.stats.itemsIn, batches.flat().length);
          },
        ),
        { numRuns: 12 },
      );
    } finally {
      await server.close();
    }
  });
});

describe('a guest in a process, with OTLP/HTTP', () => {
  const { versions } = process;
  afterEach(() => Object.defineProperty(process, 'versions', { value: versions }));

  for (const runtime of ['bun', 'deno']) {
    it(`is rejected at once in ${runtime}, which cannot start a process of Node.js`, async () => {
      const bytes = await guest('unchanged');
      Object.defineProperty(process, 'versions', { value: { ...versions, [runtime]: '1' } });
      assert.throws(
        () =>
          createPipeline(
            ...(['processor', 'traces', bytes, createOtlpSink('traces')] as const),
            { isolation: 'process' },
            'test',
          ),
        { code: 'START_FAILED', message: /isolation is "process".*allowed are 'inline' and 'worker'/ },
      );
    });
  }
});
