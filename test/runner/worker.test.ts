import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import type { Worker } from 'node:worker_threads';
import { loadGuest } from '../../src/guest';
import { countItems } from '../../src/otlp';
import { createPipeline, type Pipeline } from '../../src/pipeline';
import { createRunner, startWorker } from '../../src/runner';
import { createOtlpHttpSink, discardSink, SENT, type Sink } from '../../src/sink';
import { built } from '../support/built';
import { guest, guestWith } from '../support/guests';
import { instanceOptions, load, MAX_MEMORY_BYTES, onWorkers, workersOf } from './support';
import { owned } from '../../src/abi';

/** `TracesData` with three empty spans. */
const THREE_SPANS = Uint8Array.of(0x0a, 8, 0x12, 6, 0x12, 0, 0x12, 0, 0x12, 0);

describe('a worker', () => {
  it('that is killed fails its batch at once; the next batch gets a new worker', async () => {
    const guest = await load('worker/takesItsTime');
    let kill: () => void = () => undefined;
    const options = instanceOptions({ guestTimeoutMillis: 10_000, log: () => kill() });
    let runner = undefined as ReturnType<typeof createRunner> | undefined;
    const [worker] = await workersOf(() => (runner = createRunner(() => startWorker(guest, options))));
    assert.ok(runner);
    kill = () => void worker.terminate();
    const outcome = await runner.consume(THREE_SPANS);
    assert.equal('error' in outcome && outcome.error.code, 'WORKER_CRASHED');
    kill = () => undefined;
    assert.equal((await runner.consume(THREE_SPANS)).status, 'unchanged');
    assert.equal(runner.restarts, 1);
    await runner.shutdown();
  });

  it('that runs out of JavaScript heap fails its batch and is replaced', async () => {
    // Exceptions are the engine's objects. Each is kept until the calls in its handler return, which there is no end of.
    const values = 1_000;
    const source = await guestWith({
      consume: `
        (tag $large (param ${'i64 '.repeat(values)}))
        (func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32)
          (if (local.get $size) (then (call $keep)))
          (i32.const 0))
        (func $keep
          (try (do (throw $large ${'(i64.const 0)'.repeat(values)}))
            (catch_all (call $keep) (rethrow 0))))`,
    });
    // From bytes it would be refused.
    const compiled = new WebAssembly.Module(Uint8Array.from(source));
    const loaded = loadGuest(compiled, 'processor', 'traces', MAX_MEMORY_BYTES);
    const options = instanceOptions({ guestTimeoutMillis: 20_000 });
    const runner = createRunner(() => startWorker(loaded, options));
    const outcome = await runner.consume(THREE_SPANS);
    assert.ok('error' in outcome);
    assert.equal(outcome.error.code, 'WORKER_CRASHED');
    assert.match(outcome.error.message, /heap out of memory/);
    assert.equal((await runner.consume(new Uint8Array(0))).status, 'unchanged');
    assert.equal(runner.restarts, 1);
    await runner.shutdown();
  });

  it('that crashes while idle loses no batch', async () => {
    const { pipeline, sent, workers } = await pipelineOf('unchanged', {});
    await pipeline.send(owned(THREE_SPANS));
    await workers[0].terminate();
    assert.equal((await pipeline.send(owned(THREE_SPANS))).status, 'sent');
    assert.deepEqual([sent.length, pipeline.stats.errors], [2, { WORKER_CRASHED: 1 }]);
    await pipeline.shutdown();
  });

  it('that is killed during a batch has the batch retried', async () => {
    const { pipeline, sent, workers } = await pipelineOf('worker/takesItsTime', {
      guestTimeoutMillis: 10_000,
    });
    const sending = pipeline.send(owned(THREE_SPANS));
    setTimeout(() => void workers[0].terminate(), 200);
    assert.equal((await sending).status, 'sent');
    assert.deepEqual([sent.length, pipeline.stats.itemsOut, pipeline.stats.restarts], [1, 3, 1]);
    await pipeline.shutdown();
  });

  for (const onError of ['drop', 'passthrough'] as const) {
    it(`that is killed at every start: applies ${onError} and counts every item`, async () => {
      const { pipeline, sent, stop } = await pipelineOf('unchanged', { onError }, worker => {
        worker.on('online', () => void worker.terminate());
      });
      const outcome = await pipeline.send(owned(THREE_SPANS));
      stop();
      assert.equal((await pipeline.send(owned(THREE_SPANS))).status, 'sent');
      const { itemsIn, itemsOut, itemsFailed } = pipeline.stats;
      if (onError === 'drop') {
        assert.equal(outcome.status, 'failed');
        assert.deepEqual([sent.length, itemsIn, itemsOut, itemsFailed], [1, 6, 3, { WORKER_CRASHED: 3 }]);
      } else {
        assert.deepEqual([outcome.status, countItems('traces', sent[0])], ['sent', 3]);
        assert.deepEqual([sent.length, itemsIn, itemsOut, itemsFailed], [2, 6, 6, {}]);
      }
      await pipeline.shutdown();
    });
  }

  it('answers in time even if the host was busy past the limit', async () => {
    const guest = await load('unchanged');
    const runner = createRunner(() =>
      startWorker(guest, instanceOptions({ guestTimeoutMillis: 50, startTimeoutMillis: 10_000 })),
    );
    await runner.ready();
    // From here the event loop comes to its timers before it comes to messages.
    await new Promise(resolve => setImmediate(resolve));
    const outcome = runner.consume(THREE_SPANS);
    // The batch is on its way after some promises; the event loop has not turned by then.
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
    const end = performance.now() + 150;
    while (performance.now() < end);
    assert.equal((await outcome).status, 'unchanged');
    await runner.shutdown();
  });

  it('survives a logger that throws', async () => {
    const guest = await load('floodsLog');
    const log = (): never => {
      throw new Error('no disk');
    };
    const runner = createRunner(() => startWorker(guest, instanceOptions({ log })));
    assert.equal((await runner.consume(THREE_SPANS)).status, 'unchanged');
    await runner.shutdown();
  });

  for (const [where, sinkOf] of [
    ['here', () => discardSink],
    ['on the thread', () => createOtlpHttpSink('traces', { url: 'http://127.0.0.1:9/' })],
  ] as const)
    it(`whose guest writes endless empty lines does not block the event loop, with the next consumer ${where}`, async () => {
      const writes = await guestWith({
        imports: `(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))`,
        consume: `(func (export "consume_traces") (param i32 i32) (result i32)
          (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 1))
          (i32.store8 (i32.const 64) (i32.const 10))
          (loop $l (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br $l)) (i32.const 0))`,
      });
      let [lines, inTurn, most] = [0, 0, 0];
      const stdout = (): void => {
        lines++;
        most = Math.max(most, ++inTurn);
      };
      const options = { isolation: 'worker', guestTimeoutMillis: 200, wasi: { stdout } } as const;
      const pipeline = createPipeline('processor', 'traces', writes, sinkOf(), options, 'test');
      let turn = setImmediate(function next() {
        inTurn = 0;
        turn = setImmediate(next);
      });
      await pipeline.send(owned(Uint8Array.of(0x0a, 4, 0x12, 2, 0x12, 0)));
      clearImmediate(turn);
      await pipeline.shutdown().catch(() => undefined);
      assert.ok(lines > 2_000, `${lines} lines`);
      // Two times what may be on its way.
      assert.ok(most <= 2_048, `${most} lines in one turn`);
    }).timeout(60_000);

  it('returns large results one after the other, each complete', async () => {
    const bytes = await guestWith({
      imports: '(import "otelwasm" "set_result_traces" (func $result (param i32 i32)))',
      memory: '(memory (export "memory") 100)',
      consume: `(func (export "consume_traces") (param i32 i32) (result i32)
        (call $result (local.get 0) (local.get 1)) (i32.const 0))`,
    });
    const echoes = loadGuest(bytes, 'processor', 'traces', MAX_MEMORY_BYTES);
    const runner = createRunner(() => startWorker(echoes, instanceOptions({ guestTimeoutMillis: 20_000 })));
    const size = 5 * 2 ** 20;
    for (const fill of [1, 2, 3]) {
      const outcome = await runner.consume(new Uint8Array(size).fill(fill));
      assert.ok(outcome.status === 'changed' && outcome.bytes.length === size);
      assert.ok(outcome.bytes.every(byte => byte === fill));
      outcome.release();
    }
    await runner.shutdown();
  });

  it('is gone after shutdown', async () => {
    const guest = await load('unchanged');
    let runner = undefined as ReturnType<typeof createRunner> | undefined;
    const [worker] = await workersOf(
      () => (runner = createRunner(() => startWorker(guest, instanceOptions()))),
    );
    const exited = once(worker, 'exit');
    await runner?.shutdown();
    await exited;
  });
});

describe('a process with every adapter open', () => {
  const preloaded = join(__dirname, 'preloaded.cjs');
  const typescript = join(__dirname, '../../scripts/typescript.cjs');
  before(function () {
    this.timeout(120_000);
    built();
  });

  for (const how of ['used', 'unused', 'shut down', 'one worker, shut down']) {
    it(`exits silently without a signal, and runs no code of the app in its workers (${how})`, async () => {
      const started = performance.now();
      const child = spawn(
        process.execPath,
        ['--require', preloaded, '--require', typescript, join(__dirname, 'openAdapters.ts'), how],
        {
          env: { ...process.env, NODE_OPTIONS: `--require ${preloaded}` },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit') as Promise<[number]>,
      ]);
      assert.equal(stderr, '');
      assert.equal(stdout, 'preloaded in the main thread\ndone\n');
      assert.equal(code, 0);
      assert.ok(performance.now() - started < 10_000);
    });
  }
});

/** A pipeline with a guest on a worker, and what it sent. `meet` is told of each worker until `stop`. */
async function pipelineOf(
  name: string,
  options: object,
  meet: (worker: Worker) => void = () => undefined,
): Promise<{ pipeline: Pipeline; sent: Uint8Array[]; workers: Worker[]; stop: () => void }> {
  const sent: Uint8Array[] = [];
  const workers: Worker[] = [];
  const sink: Sink = {
    send: async batch => {
      sent.push(batch.bytes);
      return SENT;
    },
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  const bytes = await guest(name);
  const stop = onWorkers(worker => {
    workers.push(worker);
    meet(worker);
  });
  const restart = { initialDelayMillis: 1, maxDelayMillis: 1 };
  const pipeline = createPipeline(
    'processor',
    'traces',
    bytes,
    sink,
    { isolation: 'worker', restart, ...options },
    'test',
  );
  await pipeline.ready().catch(() => undefined);
  return { pipeline, sent, workers, stop };
}
