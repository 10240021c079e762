import assert from 'node:assert/strict';
import type { OtelWasmError } from '../../src/abi/errors';
import { createPipeline, type Guests, type Pipeline, sendAsSink } from '../../src/pipeline';
import { SENT, type Sink } from '../../src/sink';
import { captureDiag } from '../support/diagLines';
import { guest, guestWith } from '../support/guests';
import { names, tracesOf } from '../support/spans';
import { balance, piped, type RecordingSink, recordingSink, REFUSED } from './piped';
import { owned } from '../../src/abi';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

const into = (next: Pipeline): RecordingSink => recordingSink(bytes => sendAsSink(next, bytes));

describe('pipeline', () => {
  const lines = captureDiag();

  describe('buffers of batches', () => {
    const releases = async (guests: Guests, options = {}, bytes = tracesOf('a')): Promise<number> => {
      const { pipeline } = piped(guests, options);
      let released = 0;
      await pipeline.send({ bytes, release: () => released++ });
      await pipeline.shutdown();
      return released;
    };

    for (const isolation of ['inline', 'worker']) {
      it(`are released once the guest replaced their contents: ${isolation}`, async () => {
        assert.equal(await releases(await guest('echoes'), { isolation }), 1);
        assert.equal(await releases(await guest('dropsEverything'), { isolation }), 1);
      });

      it(`are kept while they travel unchanged: ${isolation}`, async () => {
        assert.equal(await releases(await guest('unchanged'), { isolation }), 0);
      });
    }

    it('are released once, by the first guest that replaced them', async () => {
      const [unchanged, echoes] = [await guest('unchanged'), await guest('echoes')];
      assert.equal(await releases([unchanged, echoes, echoes]), 1);
      assert.equal(await releases([unchanged, unchanged]), 0);
    });

    it('are kept when the guest failed on them, and released when it got them in parts', async () => {
      assert.equal(await releases(await guest('traps')), 0);
      const parts = tracesOf(...new Array<string>(40).fill('x'.repeat(40)));
      assert.equal(await releases(await guest('allocFailsAbove1000Bytes'), {}, parts), 1);
    });
  });

  it('holds at most 64 MiB or one larger batch for a slow consumer and counts other batches as dropped', async () => {
    const answers: (() => void)[] = [];
    let isSlow = true;
    const sink = recordingSink(() =>
      isSlow ? new Promise(resolve => answers.push(() => resolve(SENT))) : Promise.resolve(SENT),
    );
    const unchanged = await guestWith({ memory: '(memory (export "memory") 1200)' });
    const { pipeline } = piped(unchanged, { maxPendingBytes: 2 ** 30 }, sink);
    const large = tracesOf('x'.repeat(30 * 2 ** 20));
    let released = 0;
    const send = () => pipeline.send({ bytes: large, release: () => released++ });
    const taken = [send(), send()];
    const refused = await send();
    assert.equal(refused.status === 'refused' && refused.error.code, 'QUEUE_FULL');
    assert.deepEqual([released, sink.sent.length], [1, 2]);
    answers.forEach(answer => answer());
    await Promise.all(taken);
    isSlow = false;
    assert.equal((await pipeline.send(owned(tracesOf('x'.repeat(2 ** 26))))).status, 'sent');
    assert.deepEqual(pipeline.stats.itemsFailed, { QUEUE_FULL: 1 });
    const { before, after } = balance(pipeline.stats);
    assert.equal(before, after);
    await pipeline.shutdown();
  });

  describe('buffers of results', () => {
    const buffersSent = async (isOut: boolean, answer?: Sink['send']): Promise<number> => {
      const sink = recordingSink(async batch => {
        const outcome = (await answer?.(batch)) ?? SENT;
        if (isOut && outcome.status === 'sent') batch.release();
        return outcome;
      });
      const { pipeline } = piped(await guest('echoes'), {}, sink);
      for (const name of ['a', 'b', 'c', 'd']) await pipeline.send(owned(tracesOf(name)));
      return new Set(sink.sent.map(({ buffer }) => buffer)).size;
    };

    it('are released after sending if the next consumer has finished with them', async () => {
      assert.equal(await buffersSent(true), 1);
      assert.equal(await buffersSent(false), 4);
    });

    it('are kept when sending failed or may still continue', async () => {
      assert.equal(await buffersSent(true, () => Promise.resolve(REFUSED)), 4);
    });
  });

  describe('chain', () => {
    it('passes the result of each guest to the next', async () => {
      const { pipeline, sink } = piped([await guest('echoesTwice'), await guest('echoesTwice')]);
      await pipeline.send(owned(tracesOf('a')));
      assert.deepEqual(sink.names, ['a', 'a', 'a', 'a']);
      assert.deepEqual(
        pipeline.stats.guests.map(({ calls }) => calls),
        [1, 1],
      );
      assert.deepEqual(balance(pipeline.stats), { before: 4, after: 4 });
    });

    it('stops when nothing is left', async () => {
      const { pipeline } = piped([await guest('dropsEverything'), await guest('traps')]);
      assert.equal((await pipeline.send(owned(tracesOf('a')))).status, 'sent');
      assert.deepEqual(
        pipeline.stats.guests.map(({ calls }) => calls),
        [1, 0],
      );
    });

    it('accepts options per guest, which override common ones', async () => {
      const config = await guest('readsConfig');
      const { pipeline } = piped(
        [{ guest: config, pluginConfig: 1 }, config, { guest: await guest('traps'), onError: 'passthrough' }],
        { pluginConfig: 22, onError: 'drop' },
      );
      await pipeline.send(owned(tracesOf('a')));
      const logged = lines.filter(line => line.startsWith('info')).map(line => line.replace(/\.+$/, ''));
      assert.deepEqual(logged, ['info: otelwasm:guest 11', 'info: otelwasm:guest#2 222']);
      assert.equal(pipeline.stats.itemsOut, 1);
    });

    it('reports the state of the guest that is furthest from running', async () => {
      const { pipeline } = piped([await guest('traps'), await guest('unchanged')]);
      await pipeline.ready();
      assert.equal(pipeline.state, 'running');
      await pipeline.send(owned(tracesOf('a')));
      assert.equal(pipeline.state, 'restarting');
      await pipeline.shutdown();
      assert.equal(pipeline.state, 'stopped');
    });

    it('gives only the last guest the role of the adapter: earlier ones are processors', async () => {
      const pipeline = createPipeline(
        'exporter',
        'traces',
        [await guest('dropsEverything'), await guest('echoes')],
        recordingSink(),
        {},
        'test',
      );
      await pipeline.send(owned(tracesOf('a')));
      assert.equal(pipeline.stats.itemsDropped, 1);
      const ends = createPipeline(
        'exporter',
        'traces',
        await guest('dropsEverything'),
        recordingSink(),
        {},
        'test',
      );
      await ends.send(owned(tracesOf('a')));
      assert.equal(ends.stats.itemsOut, 1);
    });

    it('shuts down started guests when a later one fails to start', async () => {
      const first = await guest('logsShutdown');
      const second = await guest('startFails');
      assert.throws(() => piped([first, second]), { code: 'START_FAILED', message: /no rules given/ });
      await new Promise(setImmediate);
      assert.deepEqual(lines, ['info: otelwasm:guest started', 'info: otelwasm:guest shut down']);
    });

    it('must not be empty', () => {
      assert.throws(() => piped([]), {
        code: 'INVALID_OPTION',
        message: /guest is \[\]: allowed is a guest, or an array/,
      });
    });
  });

  describe('delivery', () => {
    it('counts items that the next consumer rejects', async () => {
      const { pipeline } = piped(
        await guest('unchanged'),
        {},
        recordingSink(async () => REFUSED),
      );
      assert.deepEqual(await pipeline.send(owned(tracesOf('a', 'b'))), { ...REFUSED, items: 2 });
      assert.equal(pipeline.stats.bytesOut, 0);
      assert.deepEqual(pipeline.stats.itemsFailed, { EXPORT_FAILED: 2 });
    });

    it('counts accepted items of a partly rejected batch as out', async () => {
      const partly = recordingSink(async () => ({ ...REFUSED, items: 1 }));
      const { pipeline } = piped(await guest('unchanged'), {}, partly);
      assert.deepEqual(await pipeline.send(owned(tracesOf('a', 'b', 'c'))), { ...REFUSED, items: 1 });
      const { itemsOut, itemsFailed } = pipeline.stats;
      assert.deepEqual([itemsOut, itemsFailed], [2, { EXPORT_FAILED: 1 }]);
    });

    it('waits no longer than exportTimeoutMillis', async () => {
      const { pipeline } = piped(await guest('unchanged'), { exportTimeoutMillis: 20 }, recordingSink(never));
      const outcome = await pipeline.send(owned(tracesOf('a')));
      const { error } = outcome as { error: OtelWasmError };
      assert.equal(error.code, 'EXPORT_TIMEOUT');
      assert.equal(error.message, 'the next consumer took longer than exportTimeoutMillis (20)');
      assert.deepEqual(pipeline.stats.itemsFailed, { EXPORT_TIMEOUT: 1 });
    });

    it('rejects bytes that are not OTLP before a guest gets them', async () => {
      const { pipeline } = piped(await guest('traps'));
      const outcome = await pipeline.send(owned(Uint8Array.of(10, 200)));
      assert.equal((outcome as { error: OtelWasmError }).error.code, 'DECODE');
      assert.equal(pipeline.stats.calls, 0);
    });

    it('passes an empty batch to the guest and not to the next consumer', async () => {
      const { pipeline, sink } = piped(await guest('trapsOnEmpty'));
      assert.deepEqual(await pipeline.send(owned(new Uint8Array(0))), { status: 'sent' });
      assert.equal(pipeline.stats.calls, 1);
      assert.deepEqual(sink.sent, []);
    });

    it('passes bytes to another pipeline without a copy', async () => {
      const { pipeline: next, sink } = piped(await guest('unchanged'));
      const { pipeline } = piped(await guest('unchanged'), {}, into(next));
      const bytes = tracesOf('a');
      await pipeline.send(owned(bytes));
      assert.equal(sink.sent[0], bytes);
    });

    it('counts items that failed in another pipeline', async () => {
      const { pipeline: next } = piped(await guest('traps'));
      const { pipeline } = piped(await guest('unchanged'), {}, into(next));
      assert.equal((await pipeline.send(owned(tracesOf('a', 'b')))).status, 'refused');
      assert.deepEqual(pipeline.stats.itemsFailed, { GUEST_TRAP: 2 });
      assert.equal(pipeline.stats.itemsOut, 0);
    });
  });

  describe('forceFlush', () => {
    it('waits for work in flight, then flushes the next consumer', async () => {
      const sink = recordingSink(async () => {
        await new Promise(setImmediate);
        sink.events.push('sent');
        return { status: 'sent' };
      });
      const { pipeline } = piped(await guest('unchanged'), {}, sink);
      void pipeline.send(owned(tracesOf('a')));
      await pipeline.forceFlush();
      assert.deepEqual(sink.events, ['sent', 'flush']);
    });

    it('rejects with EXPORT_TIMEOUT when the flush of the next consumer hangs', async () => {
      const sink = Object.assign(recordingSink(), { forceFlush: never<void> });
      const { pipeline } = piped(await guest('unchanged'), { exportTimeoutMillis: 20 }, sink);
      await assert.rejects(pipeline.forceFlush(), { code: 'EXPORT_TIMEOUT' });
    });
  });

  describe('shutdown', () => {
    it('waits for work in flight, then shuts down guests in order and the next consumer, once', async () => {
      const says = (text: string) =>
        guestWith({
          imports: '(import "otelwasm" "log" (func $log (param i32 i32 i32)))',
          shutdown:
            '(func (export "shutdown") (result i32) (call $log (i32.const 2) (i32.const 16) (i32.const 1)) (i32.const 0))',
          more: `(data (i32.const 16) "${text}")`,
        });
      const sink = recordingSink(async () => {
        await new Promise(setImmediate);
        lines.push('sent');
        return { status: 'sent' };
      });
      sink.shutdown = async () => void lines.push('sink');
      const { pipeline } = piped([await says('1'), await says('2')], {}, sink);
      void pipeline.send(owned(tracesOf('a')));
      const first = pipeline.shutdown();
      assert.equal(pipeline.shutdown(), first);
      await first;
      assert.deepEqual(lines, ['sent', 'info: otelwasm:guest 1', 'info: otelwasm:guest#2 2', 'sink']);
    });

    it('reaches the next consumer when a guest fails, and rejects with the first error', async () => {
      const limits = { guestTimeoutMillis: 200, startTimeoutMillis: 10_000 };
      for (const [name, code] of [
        ['shutdownFails', 'GUEST_STATUS'],
        ['trapsInShutdown', 'GUEST_TRAP'],
        ['loopsInShutdown', 'GUEST_TIMEOUT'],
      ] as const) {
        const sink = recordingSink();
        const { pipeline } = piped(await guest(name), limits, sink);
        await assert.rejects(pipeline.shutdown(), { code }, name);
        assert.deepEqual(sink.events, ['shutdown'], name);
      }
    });

    it('ends when the next consumer hangs in a batch or in its shutdown', async () => {
      const sink = Object.assign(recordingSink(never), { shutdown: never<void> });
      const { pipeline } = piped(await guest('logsShutdown'), { exportTimeoutMillis: 30 }, sink);
      void pipeline.send(owned(tracesOf('a')));
      await assert.rejects(pipeline.shutdown(), { code: 'EXPORT_TIMEOUT' });
      assert.ok(lines.includes('info: otelwasm:guest shut down'));
    });

    it('counts later batches as SHUTDOWN', async () => {
      const { pipeline, sink } = piped(await guest('unchanged'));
      await pipeline.shutdown();
      const outcome = await pipeline.send(owned(tracesOf('a', 'b')));
      assert.equal((outcome as { error: OtelWasmError }).error.code, 'SHUTDOWN');
      assert.deepEqual(sink.sent, []);
      assert.deepEqual(pipeline.stats.itemsFailed, { SHUTDOWN: 2 });
    });
  });

  describe('log', () => {
    it('has one line per burst, and logs suppressed counts at shutdown', async () => {
      const { pipeline } = piped(await guest('refusesWithReason'));
      for (const name of names(50)) await pipeline.send(owned(tracesOf(name)));
      const warnings = () => lines.filter(line => line.startsWith('warn'));
      assert.deepEqual(warnings(), [
        'warn: otelwasm:test GUEST_STATUS: guest: 1 items dropped: consume_traces returned status 1: the first batch: nö',
      ]);
      await pipeline.shutdown();
      assert.deepEqual(warnings().slice(1), ['warn: otelwasm:test GUEST_STATUS: guest: 49 more']);
    });

    it('has the lines of the guest with their levels and its name', async () => {
      const { pipeline } = piped(await guest('logsEveryLevel'));
      await pipeline.send(owned(tracesOf('a')));
      assert.deepEqual(
        lines,
        ['info', 'verbose', 'debug', 'info', 'warn', 'error', 'info'].map(
          level => `${level}: otelwasm:guest a line ✓`,
        ),
      );
    });
  });
});
