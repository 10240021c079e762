import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import type { ExportResult } from '@opentelemetry/core';
import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { WasmTracesReceiver, type WasmTracesReceiverOptions } from '../../src/receiver/wasmTracesReceiver';
import { assemble, workersOf } from '../runner/support';

/** Gathers the names of spans; takes as long for a batch as `take` says. */
class Consumer implements SpanExporter {
  readonly names: string[] = [];
  shutdowns = 0;
  #waiting: (() => void)[] = [];

  constructor(private readonly take: (consumer: Consumer) => void | Promise<unknown> = () => undefined) {}

  export(spans: ReadableSpan[], callback: (result: ExportResult) => void): void {
    const taken = Promise.resolve(this.take(this));
    void taken.then(() => {
      this.names.push(...spans.map(({ name }) => name));
      this.#waiting.splice(0).forEach(wake => wake());
      callback({ code: ExportResultCode.SUCCESS });
    });
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
  const open: WasmTracesReceiver[] = [];
  const make = async (guest: string, options: WasmTracesReceiverOptions): Promise<WasmTracesReceiver> => {
    const receiver = new WasmTracesReceiver(await assemble(`receiver/${guest}`), options);
    open.push(receiver);
    return receiver;
  };
  afterEach(async () => {
    await Promise.allSettled(open.splice(0).map(receiver => receiver.shutdown()));
  });
  const millisOf = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };

  it('hands on what its guest emits, and stops at once while it sleeps', async () => {
    const exporter = new Consumer();
    const receiver = await make('sleeps', { exporter });
    assert.equal(receiver.state, 'starting');
    await receiver.start();
    assert.equal(receiver.state, 'running');
    await exporter.arrived(1);
    const millis = await millisOf(() => receiver.shutdown());
    assert.ok(millis < 100, `${millis} ms`);
    assert.equal(receiver.state, 'stopped');
    assert.equal(exporter.shutdowns, 1);
    const { itemsIn, itemsOut, itemsFailed, calls, errors, bytesIn } = receiver.stats;
    assert.deepEqual(
      { itemsIn, itemsOut, itemsFailed, calls, errors, bytesIn },
      { itemsIn: 1, itemsOut: 1, itemsFailed: {}, calls: 1, errors: {}, bytesIn: 6 },
    );
  });

  it('is ended after the grace time when it does not return', async () => {
    const receiver = await make('loops', { exporter: new Consumer(), shutdownGraceMillis: 200 });
    await receiver.start();
    const millis = await millisOf(() =>
      assert.rejects(receiver.shutdown(), { code: 'GUEST_TIMEOUT', message: /shutdownGraceMillis \(200\)/ }),
    );
    assert.ok(millis >= 199 && millis < 300, `${millis} ms`);
    assert.equal(receiver.state, 'stopped');
    assert.deepEqual(receiver.stats.errors, { GUEST_TIMEOUT: 1 });
  });

  it('is ended when it goes on emitting; all of that is delivered', async () => {
    const exporter = new Consumer();
    const receiver = await make('ignoresShutdown', { exporter, shutdownGraceMillis: 100 });
    await receiver.start();
    await exporter.arrived(1);
    await assert.rejects(receiver.shutdown(), { code: 'GUEST_TIMEOUT' });
    const { itemsIn, itemsOut, calls } = receiver.stats;
    assert.deepEqual([itemsIn, itemsOut], [calls, calls]);
    assertInOrder(exporter.names);
  });

  it('delivers the batch that was held up when shutdown comes, though the consumer outlasts the grace', async () => {
    let open_: () => void = () => undefined;
    const gate = new Promise<void>(resolve => (open_ = resolve));
    const exporter = new Consumer(() => gate);
    const receiver = await make('emitsForever', { exporter, maxInFlightBatches: 3, shutdownGraceMillis: 150 });
    await receiver.start();
    while (receiver.stats.calls < 1) await new Promise(setImmediate);
    // Three are in flight; the guest is blocked on the fourth.
    const shutdown = receiver.shutdown();
    setTimeout(open_, 300);
    await shutdown.catch(() => undefined);
    assert.deepEqual(
      exporter.names.map(name => Number(name.slice(0, 8))),
      [0, 1, 2, 3],
    );
  });
});

function assertInOrder(names: readonly string[]): void {
  const wrong = names.findIndex((name, index) => Number(name.slice(0, 8)) !== index);
  assert.equal(wrong, -1, `place ${wrong} holds ${names[wrong]?.slice(0, 8)}`);
}
void workersOf;
