import assert from 'node:assert/strict';
import { once } from 'node:events';
import { EventEmitter } from 'node:events';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { OtelWasmError } from '../../src';
import { balance } from '../pipeline/piped';
import { captureDiag } from '../support/diagLines';
import { ADAPTERS, PROCESSORS } from './adapters';
import { guestFor } from './guestFor';

describe('shutdown of', () => {
  const lines = captureDiag();
  /** What the guest and the exporter went through, in order: the fixture logs its start and its shutdown. */
  const happened = (): string[] =>
    lines.flatMap(line => /(started|shut down|exported|exporter ended)$/.exec(line)?.[1] ?? []);

  /** An exporter of any signal whose answers can be held back until `released`. */
  class NextExporter extends EventEmitter {
    hold = false;

    export(_batch: unknown, callback: (result: ExportResult) => void): void {
      const answer = (): void => {
        lines.push('exported');
        callback({ code: ExportResultCode.SUCCESS });
      };
      if (this.hold) this.once('released', answer);
      else answer();
      this.emit('asked');
    }

    async forceFlush(): Promise<void> {}

    async shutdown(): Promise<void> {
      lines.push('exporter ended');
    }
  }

  for (const kind of ADAPTERS) {
    describe(kind.name, () => {
      const isProcessor = kind.role === 'processor';

      it('delivers ended items, then shuts down guest and exporter, once', async () => {
        const next = { exporter: new NextExporter() };
        const driven = kind.drive(await guestFor(kind.signal, 'logsShutdown'), {}, isProcessor ? next : {});
        driven.make('a', 'b');
        await driven.shutdown();
        await driven.adapter.shutdown();
        assert.deepEqual(
          happened(),
          isProcessor ? ['started', 'exported', 'shut down', 'exporter ended'] : ['started', 'shut down'],
        );
        assert.equal(driven.adapter.stats.itemsOut, 2);
        assert.equal(driven.adapter.state, 'stopped');
      });

      it('returns the same promise for every call', async () => {
        const { adapter } = kind.drive(await guestFor(kind.signal, 'unchanged'));
        const first = adapter.shutdown();
        assert.equal(adapter.shutdown(), first);
        await first;
        assert.equal(adapter.shutdown(), first);
      });

      it('is final: later items are not accepted or sent, and the caller gets an error', async () => {
        const next = { exporter: new NextExporter() };
        const driven = kind.drive(await guestFor(kind.signal, 'logsShutdown'), {}, isProcessor ? next : {});
        await driven.adapter.shutdown();
        const before = happened();
        await driven.record('late').catch(() => undefined);
        assert.deepEqual(happened(), before);
        assert.equal(driven.adapter.stats.itemsOut, 0);
        assert.equal(driven.adapter.stats.calls, 0);
        for (const { code, error } of driven.results) {
          assert.equal(code, ExportResultCode.FAILED);
          assert.equal((error as OtelWasmError).code, 'SHUTDOWN');
        }
        assert.equal(driven.results.length, driven.adapter.stats.itemsIn, 'told of each item it was given');
      });
    });
  }

  // A metric processor has no queue of its own: its reader's metrics are made when they are asked for.
  for (const kind of PROCESSORS.filter(({ signal }) => signal !== 'metrics')) {
    describe(`${kind.name} that is used directly and as an exporter`, () => {
      const chain = async () => {
        const source = await guestFor(kind.signal, 'logsShutdown');
        const second = kind.drive(source, {}, { exporter: new NextExporter() });
        const first = kind.drive(source, {}, { exporter: second.adapter });
        first.make('through both');
        second.make('direct', 'direct');
        return { first, second };
      };
      const ONCE = ['shut down', 'shut down', 'exporter ended'];
      const ends = (): string[] => happened().filter(what => ONCE.includes(what));

      it('loses nothing of its queue when the other one shuts down', async () => {
        const { first, second } = await chain();
        await first.shutdown();
        assert.deepEqual([first.adapter.stats.itemsOut, second.adapter.stats.itemsOut], [1, 3]);
        assert.deepEqual(ends(), ONCE);
        assert.equal(second.adapter.state, 'stopped');
        await second.shutdown();
        assert.deepEqual(ends(), ONCE);
      });

      it('flushes its queue when the other one is flushed', async () => {
        const { first, second } = await chain();
        await first.adapter.forceFlush();
        assert.equal(second.adapter.stats.itemsOut, 3);
        await first.shutdown();
      });

      it('shuts down once if it is first, and counts later items', async () => {
        const { first, second } = await chain();
        await second.shutdown();
        assert.equal(second.adapter.stats.itemsOut, 2);
        await first.shutdown().catch(() => undefined);
        assert.deepEqual(ends(), ['shut down', 'exporter ended', 'shut down']);
        assert.deepEqual(first.adapter.stats.itemsFailed, { SHUTDOWN: 1 });
      });

      it('shuts down once when both shut down at the same time, and counts every item', async () => {
        const { first, second } = await chain();
        await Promise.allSettled([first.shutdown(), second.shutdown()]);
        assert.deepEqual(ends().sort(), ['exporter ended', 'shut down', 'shut down']);
        for (const { stats } of [first.adapter, second.adapter]) {
          const { before, after } = balance(stats);
          assert.equal(before, after);
        }
      });
    });
  }

  for (const kind of PROCESSORS) {
    it(`${kind.name} waits for an export in flight before it shuts down the guest`, async () => {
      const exporter = new NextExporter();
      exporter.hold = true;
      const driven = kind.drive(await guestFor(kind.signal, 'logsShutdown'), {}, { exporter });
      const asked = once(exporter, 'asked');
      const recorded = driven.record('a');
      await asked;
      const ended = driven.adapter.shutdown();
      await new Promise(setImmediate);
      assert.deepEqual(happened(), ['started']);
      exporter.emit('released');
      await Promise.all([recorded, ended]);
      assert.deepEqual(happened(), ['started', 'exported', 'shut down', 'exporter ended']);
    });

    it(`${kind.name} shuts down the exporter even if the guest's shutdown() fails, and rejects with its reason`, async () => {
      const next = { exporter: new NextExporter() };
      const { adapter } = kind.drive(await guestFor(kind.signal, 'shutdownFails'), {}, next);
      await assert.rejects(adapter.shutdown(), { code: 'GUEST_STATUS' });
      assert.deepEqual(happened(), ['exporter ended']);
    });
  }
});
