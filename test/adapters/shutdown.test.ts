import assert from 'node:assert/strict';
import { once } from 'node:events';
import { EventEmitter } from 'node:events';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { OtelWasmError } from '../../src';
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

      it('lets what was made through, then ends guest, then exporter, once', async () => {
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

      it('is one promise, however often it is asked for', async () => {
        const { adapter } = kind.drive(await guestFor(kind.signal, 'unchanged'));
        const first = adapter.shutdown();
        assert.equal(adapter.shutdown(), first);
        await first;
        assert.equal(adapter.shutdown(), first);
      });

      it('is the end: nothing is accepted, nothing sent, and the caller is told', async () => {
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

  for (const kind of PROCESSORS) {
    it(`${kind.name} waits for an export in flight before it ends the guest`, async () => {
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

    it(`${kind.name} ends the exporter although the guest's shutdown() fails, and rejects with its reason`, async () => {
      const next = { exporter: new NextExporter() };
      const { adapter } = kind.drive(await guestFor(kind.signal, 'shutdownFails'), {}, next);
      await assert.rejects(adapter.shutdown(), { code: 'GUEST_STATUS' });
      assert.deepEqual(happened(), ['exporter ended']);
    });
  }
});
