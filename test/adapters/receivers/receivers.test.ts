import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import {
  MeterProvider,
  MetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { WasmSpanProcessor } from '../../../src/adapters/wasmSpanProcessor';
import {
  WasmLogRecordReceiver,
  WasmMetricReceiver,
  WasmSpanReceiver,
  type WasmSpanReceiverOptions,
} from '../../../src/adapters/receivers';
import { workersOf } from '../../runner/support';
import { captureDiag } from '../../support/diagLines';
import { guest } from '../../support/guests';
import type { Flood } from './receiverFlood';

/** The acceptance run has 100_000; a tenth of that tells as much about order and bounds, in 3 seconds. */
const BATCHES = process.env.FULL_TESTS ? 100_000 : 4_000;

/** Gathers the names of spans; a batch is taken when `take` is through with it. */
class Consumer implements SpanExporter {
  readonly names: string[] = [];
  shutdowns = 0;
  #waiting: (() => void)[] = [];

  constructor(private readonly take: (consumer: Consumer) => void | Promise<unknown> = () => undefined) {}

  export(spans: ReadableSpan[], callback: (result: ExportResult) => void): void {
    const taken = Promise.resolve(this.take(this));
    taken.then(
      () => {
        this.names.push(...spans.map(({ name }) => name));
        this.#waiting.splice(0).forEach(wake => wake());
        callback({ code: ExportResultCode.SUCCESS });
      },
      (error: Error) => callback({ code: ExportResultCode.FAILED, error }),
    );
  }

  /** Resolves when `count` spans have arrived. */
  async arrived(count: number): Promise<void> {
    while (this.names.length < count) await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  shutdown(): Promise<void> {
    this.shutdowns++;
    return Promise.resolve();
  }
}

describe('a receiver', () => {
  const open: WasmSpanReceiver[] = [];
  const make = async (name: string, options: WasmSpanReceiverOptions): Promise<WasmSpanReceiver> => {
    const receiver = new WasmSpanReceiver(await guest(`receiver/${name}`), options);
    open.push(receiver);
    return receiver;
  };
  afterEach(async () => {
    await Promise.allSettled(open.splice(0).map(receiver => receiver.shutdown()));
  });
  const lines = captureDiag();
  /** Resolves when the guest `logsThenEmits` is about to emit, or is held up with, its batch of this number. */
  const isAt = (number: number): Promise<void> =>
    until(() => lines.some(line => line.startsWith('info:') && line.endsWith(` ${number}`)));

  it('passes on what its guest emits and stops at once while the guest sleeps', async () => {
    const exporter = new Consumer();
    const receiver = await make('sleeps', { exporter });
    assert.equal(receiver.state, 'starting');
    await receiver.start();
    assert.equal(receiver.state, 'running');
    await exporter.arrived(1);
    // It falls asleep, for 10 seconds; if nothing wakes it, this rejects after 5.
    await delay(100);
    await receiver.shutdown();
    assert.equal(receiver.state, 'stopped');
    assert.equal(exporter.shutdowns, 1);
    const { itemsIn, itemsOut, itemsFailed, calls, errors, bytesIn } = receiver.stats;
    assert.deepEqual(
      { itemsIn, itemsOut, itemsFailed, calls, errors, bytesIn },
      { itemsIn: 1, itemsOut: 1, itemsFailed: {}, calls: 1, errors: {}, bytesIn: 6 },
    );
  });

  it('is stopped after the grace period when it does not return', async () => {
    const receiver = await make('loops', { exporter: new Consumer(), shutdownGraceMillis: 200 });
    await receiver.start();
    const begun = performance.now();
    await assert.rejects(receiver.shutdown(), {
      code: 'GUEST_TIMEOUT',
      message: /shutdownGraceMillis \(200\)/,
    });
    const millis = performance.now() - begun;
    assert.ok(millis >= 199 && millis < 4_000, `${millis} ms`);
    assert.equal(receiver.state, 'stopped');
    assert.deepEqual(receiver.stats.errors, { GUEST_TIMEOUT: 1 });
  });

  it('is stopped when it continues to emit; everything emitted is delivered', async () => {
    const exporter = new Consumer();
    const receiver = await make('ignoresShutdown', { exporter, shutdownGraceMillis: 100 });
    await receiver.start();
    await exporter.arrived(1);
    await assert.rejects(receiver.shutdown(), { code: 'GUEST_TIMEOUT' });
    const { itemsIn, itemsOut, calls } = receiver.stats;
    assert.deepEqual([itemsIn, itemsOut], [calls, calls]);
    assertInOrder(exporter.names);
  });

  it('delivers the batch that its guest waits with, even if the consumer outlasts the grace period', async () => {
    const gate = new Gate();
    const exporter = new Consumer(() => gate.opened);
    const receiver = await make('logsThenEmits', {
      exporter,
      maxInFlightBatches: 3,
      shutdownGraceMillis: 150,
    });
    await receiver.start();
    // Three are in flight; the guest is blocked on the fourth.
    await isAt(3);
    const shutdown = receiver.shutdown();
    setTimeout(() => gate.open(), 300);
    await shutdown;
    assert.deepEqual(exporter.names.map(numberOf), [0, 1, 2, 3]);
  });

  it('accepts one batch beyond its credit at shutdown, and no more when the guest ignores the shutdown', async () => {
    const gate = new Gate();
    const exporter = new Consumer(() => gate.opened);
    const receiver = await make('ignoresShutdown', {
      exporter,
      maxInFlightBatches: 3,
      shutdownGraceMillis: 100,
    });
    await receiver.start();
    await until(() => receiver.stats.calls > 0);
    const shutdown = receiver.shutdown();
    shutdown.catch(() => undefined).finally(() => undefined);
    setTimeout(() => gate.open(), 400);
    await assert.rejects(shutdown, { code: 'GUEST_TIMEOUT' });
    assert.ok(exporter.names.length <= 3 + 1, `${exporter.names.length} batches`);
    assertInOrder(exporter.names);
  });

  it('blocks its guest by bytes too, and passes a batch larger than all credit alone', async () => {
    for (const [maxInFlightBytes, inFlight] of [
      [25, 2],
      [5, 1],
    ] as const) {
      const gate = new Gate();
      const exporter = new Consumer(() => gate.opened);
      lines.length = 0;
      const receiver = await make('logsThenEmits', { exporter, maxInFlightBytes });
      await receiver.start();
      await isAt(inFlight);
      const shutdown = receiver.shutdown();
      gate.open();
      await shutdown;
      assert.deepEqual(
        exporter.names.map(numberOf),
        Array.from({ length: inFlight + 1 }, (_, index) => index),
      );
    }
  });

  it('counts what the next consumer rejects and continues', async () => {
    let calls = 0;
    const exporter = new Consumer(() => (calls++ % 2 === 0 ? Promise.reject(new Error('full')) : undefined));
    const receiver = await make('emitsForever', { exporter });
    await receiver.start();
    await exporter.arrived(10);
    await receiver.shutdown();
    const { itemsIn, itemsOut, itemsFailed } = receiver.stats;
    assert.equal(itemsOut, exporter.names.length);
    assert.equal(itemsFailed.EXPORT_FAILED, itemsIn - itemsOut);
    assert.equal(itemsOut, Math.floor(itemsIn / 2));
  });

  it('counts what the consumer did not accept in time as SHUTDOWN', async () => {
    const exporter = new Consumer(() => new Promise(() => undefined));
    const receiver = await make('logsThenEmits', {
      exporter,
      maxInFlightBatches: 4,
      shutdownGraceMillis: 50,
      exportTimeoutMillis: 150,
    });
    await receiver.start();
    await isAt(4);
    await assert.rejects(receiver.shutdown(), { code: 'EXPORT_TIMEOUT' });
    await until(() => receiver.stats.itemsIn === 5);
    const { itemsOut, itemsFailed } = receiver.stats;
    const { EXPORT_TIMEOUT = 0, SHUTDOWN = 0 } = itemsFailed;
    assert.deepEqual([itemsOut, EXPORT_TIMEOUT + SHUTDOWN], [0, 5]);
    assert.ok(EXPORT_TIMEOUT >= 1 && SHUTDOWN >= 1, JSON.stringify(itemsFailed));
  });

  it('is logged and not restarted when it returns without a shutdown', async () => {
    const exporter = new Consumer();
    const receiver = await make('returns', { exporter });
    await receiver.start();
    await until(() => receiver.state === 'failed');
    assert.deepEqual(receiver.stats.errors, { GUEST_EXIT: 1 });
    assert.deepEqual([exporter.names.length, receiver.stats.restarts], [1, 0]);
    await receiver.shutdown();
    assert.equal(receiver.state, 'stopped');
  });

  it('is restarted with backoff when it traps; everything emitted is delivered', async () => {
    const exporter = new Consumer();
    const restart = { initialDelayMillis: 10, maxDelayMillis: 40 };
    const receiver = await make('traps', { exporter, restart });
    await receiver.start();
    const begun = performance.now();
    await exporter.arrived(4);
    // At once, then 10 and 20 ms, each less its jitter of at most half.
    assert.ok(performance.now() - begun >= 15);
    // Rejects when it traps once more instead of returning.
    await receiver.shutdown().catch(() => undefined);
    const { restarts, errors, itemsIn, itemsOut } = receiver.stats;
    assert.equal(itemsIn, itemsOut);
    assert.ok(restarts >= 3);
    assert.ok((errors.GUEST_TRAP ?? 0) >= 3);
  });

  it('shuts down at once during its backoff', async () => {
    const receiver = await make('traps', {
      exporter: new Consumer(),
      restart: { initialDelayMillis: 60_000, maxDelayMillis: 60_000 },
    });
    await receiver.start();
    await until(() => receiver.state === 'restarting' && receiver.stats.errors.GUEST_TRAP === 2);
    await receiver.shutdown();
    assert.equal(receiver.state, 'stopped');
  });

  it('is restarted when its thread is killed', async () => {
    const exporter = new Consumer();
    const receiver = await make('sleeps', { exporter });
    const [worker] = await workersOf(() => receiver.start());
    await exporter.arrived(1);
    await worker.terminate();
    await exporter.arrived(2);
    await until(() => receiver.state === 'running');
    assert.deepEqual(receiver.stats.errors, { WORKER_CRASHED: 1 });
    assert.equal(receiver.stats.restarts, 1);
  });

  it('reports why it cannot start and does not retry', async () => {
    const receiver = await make('startFails', { exporter: new Consumer() });
    const why = { code: 'START_FAILED', message: /status 2: no such port/ };
    await assert.rejects(receiver.start(), why);
    await assert.rejects(receiver.ready(), why);
    await assert.rejects(receiver.start(), why);
    assert.equal(receiver.state, 'failed');
    assert.deepEqual([receiver.stats.errors, receiver.stats.restarts], [{ START_FAILED: 1 }, 0]);
  });

  it("applies startTimeoutMillis to the guest's start()", async () => {
    const receiver = await make('startSleeps', { exporter: new Consumer(), startTimeoutMillis: 100 });
    await assert.rejects(receiver.start(), { code: 'START_FAILED', message: /startTimeoutMillis \(100\)/ });
  });

  it("completes a shutdown before it rejects with the guest's reason", async () => {
    const exporter = new Consumer();
    const receiver = await make('shutdownFails', { exporter });
    await receiver.start();
    await assert.rejects(receiver.shutdown(), { code: 'GUEST_STATUS', message: /status 5: still owing!/ });
    assert.equal(exporter.shutdowns, 1);
  });

  it('counts bytes that are not OTLP and passes on the rest', async () => {
    const exporter = new Consumer();
    const receiver = await make('emitsGarbage', { exporter });
    await receiver.start();
    await exporter.arrived(1);
    await receiver.shutdown();
    assert.deepEqual(receiver.stats.errors, { GUEST_OUTPUT: 1 });
    assert.deepEqual([receiver.stats.calls, receiver.stats.itemsOut], [2, 1]);
  });

  it('passes on only its own signal', async () => {
    const exporter = new Consumer();
    const receiver = await make('emitsOtherSignals', { exporter });
    await receiver.start();
    await exporter.arrived(1);
    await receiver.shutdown();
    assert.deepEqual([receiver.stats.calls, receiver.stats.itemsOut], [1, 1]);
  });

  it('passes bytes to another adapter unchanged', async () => {
    const exporter = new Consumer();
    const processor = new WasmSpanProcessor(await guest('echoesTwice'), { exporter });
    const receiver = await make('sleeps', { exporter: processor });
    await receiver.start();
    await exporter.arrived(2);
    await receiver.shutdown();
    assert.equal(processor.state, 'stopped');
    assert.deepEqual([processor.stats.itemsIn, processor.stats.itemsAdded], [1, 1]);
  });

  it("records its counts with the app's meter provider", async () => {
    const reader = new (class extends MetricReader {
      protected override onForceFlush = async (): Promise<void> => undefined;
      protected override onShutdown = async (): Promise<void> => undefined;
    })();
    const meterProvider = new MeterProvider({ readers: [reader] });
    const exporter = new Consumer();
    const receiver = await make('sleeps', { exporter, meterProvider });
    await receiver.start();
    await exporter.arrived(1);
    await receiver.shutdown();
    const { resourceMetrics } = await reader.collect();
    const itemsOut = resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .find(({ descriptor }) => descriptor.name === 'otelwasm.adapter.items.out');
    assert.deepEqual(
      itemsOut?.dataPoints.map(({ value }) => value),
      [1],
    );
  });

  it('rejects unknown options', async () => {
    for (const options of [{ isolation: 'worker' }, { shutdownGraceMillis: 0 }, { maxInFlightBatches: -1 }]) {
      await assert.rejects(make('sleeps', options), { code: 'INVALID_OPTION' });
    }
    // Its module is read on its thread.
    const ofLogs = new WasmLogRecordReceiver(await guest('receiver/sleeps'));
    await assert.rejects(ofLogs.start(), { code: 'ABI_MISMATCH' });
    assert.equal(ofLogs.state, 'failed');
    await ofLogs.shutdown();
  });

  it('rejects invalid limits of data in flight', async () => {
    for (const [option, value] of [
      ['maxInFlightBatches', 0.5],
      ['maxInFlightBatches', 2 ** 30 + 1],
      ['maxInFlightBytes', 1_000.5],
      ['maxInFlightBytes', 2 ** 31],
    ] as const) {
      await assert.rejects(make('sleeps', { [option]: value }), {
        code: 'INVALID_OPTION',
        message: `${option} is ${value}: allowed is a whole number above 0 and at most 1073741824`,
      });
    }
    await (await make('sleeps', { maxInFlightBatches: 2 ** 30, maxInFlightBytes: 2 ** 30 })).shutdown();
  });

  it('receives logs and metrics', async () => {
    const records: string[] = [];
    const logs = new WasmLogRecordReceiver(await guest('everyPattern'), {
      exporter: exporterOf(batch => void records.push(`${(batch as unknown[]).length} log records`)),
    });
    const metrics = new WasmMetricReceiver(await guest('everyPattern'), {
      exporter: exporterOf(
        batch => void records.push((batch as ResourceMetrics).scopeMetrics[0].metrics[0].descriptor.name),
      ),
    });
    await Promise.all([logs.start(), metrics.start()]);
    await until(() => records.length === 2);
    await Promise.all([logs.shutdown(), metrics.shutdown()]);
    assert.deepEqual(records.sort(), ['1 log records', 'g']);
    assert.deepEqual([logs.stats.itemsOut, metrics.stats.itemsOut], [1, 1]);
  });

  describe('that returns without a shutdown', () => {
    const lines = captureDiag();

    it('fails with the status reason that its guest set', async () => {
      const receiver = await make('returnsWithReason', { exporter: new Consumer() });
      await receiver.start();
      await until(() => receiver.state === 'failed');
      assert.equal(receiver.stats.errors.GUEST_EXIT, 1);
      assert.ok(
        lines.some(line => /GUEST_EXIT.*the status reason: port 4317 is taken/.test(line)),
        lines.join('\n'),
      );
    });
  });

  describe('that has emitted', () => {
    const lines = captureDiag();

    it('is flushed when the next consumer has everything', async () => {
      const exporter = new Consumer(async () => {
        for (let turn = 0; turn < 3; turn++) await setImmediate();
      });
      const receiver = await make('emitsTenThenLogs', { exporter });
      await receiver.start();
      await until(() => lines.some(line => line.endsWith('ten')));
      await receiver.forceFlush();
      assert.equal(exporter.names.length, 10);
    });

    it('does not block the event loop, however much it emits', async () => {
      const arrivedPerTurn: number[] = [];
      const exporter = new Consumer();
      const receiver = await make('emitsForever', { exporter, maxInFlightBatches: 8 });
      await receiver.start();
      while (exporter.names.length < 2_000) {
        const before = exporter.names.length;
        await setImmediate();
        arrivedPerTurn.push(exporter.names.length - before);
      }
      const most = arrivedPerTurn.reduce((a, b) => Math.max(a, b));
      assert.ok(most <= 2 * 8, `${most} batches in one turn`);
    });
  });

  it(`passes ${BATCHES} batches of 1 KiB in order and within bounds to a consumer that takes 0.2 ms each`, async function () {
    this.timeout(120_000);
    const script = ['--require', join(__dirname, '../../../scripts/typescript.cjs')];
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...script,
      join(__dirname, 'receiverFlood.ts'),
      String(BATCHES),
    ]);
    const { wrong, batches, stats, grewBytes } = JSON.parse(stdout) as Flood;
    assert.ok(batches >= BATCHES);
    assert.deepEqual([wrong, ...stats], [0, batches, batches, batches]);
    // Unbounded, what piles up in that time is some hundred megabytes.
    assert.ok(grewBytes < 100 * 2 ** 20, `${grewBytes / 2 ** 20} MiB more`);
  });
});

/** Holds work up until it is opened. */
class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>(resolve => (this.open = resolve));
}

/** An exporter of any signal. */
function exporterOf(take: (batch: unknown) => void): SpanExporter & LogRecordExporter & PushMetricExporter {
  return {
    export: (batch: unknown, callback: (result: ExportResult) => void) => {
      take(batch);
      callback({ code: ExportResultCode.SUCCESS });
    },
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

function numberOf(name: string): number {
  return Number(name.slice(0, 8));
}

function assertInOrder(names: readonly string[]): void {
  const wrong = names.findIndex((name, index) => numberOf(name) !== index);
  assert.equal(wrong, -1, `place ${wrong} holds ${names[wrong]?.slice(0, 8)}`);
}
