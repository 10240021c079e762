import assert from 'node:assert/strict';
import { mock } from 'node:test';
import timers from 'node:timers/promises';
import { setTimeout } from 'node:timers/promises';
import { captureDiag } from '../support/diagLines';
import { guest, guestWith } from '../support/guests';
import { watchTimers } from '../support/lateTimers';
import { field, times } from '../support/protobuf';
import { names, tracesOf } from '../support/spans';
import { balance, piped, recordingSink, REFUSED } from './piped';
import { OtelWasmError, owned } from '../../src/abi';
import { countItems } from '../../src/otlp';
import { bisect } from '../../src/pipeline/stages/bisect';

/** Names of `count` spans, of which those at the given places say what the guest is to do. */
function namesWith(word: string, count: number, ...places: number[]): string[] {
  return names(count).map((name, index) => (places.includes(index) ? `${name} ${word}` : name));
}

describe('stage', () => {
  const lines = captureDiag();

  it('passes on the bytes that the guest returns', async () => {
    const { pipeline, sink } = piped(await guest('echoes'));
    const bytes = tracesOf('a', 'b');
    assert.deepEqual(await pipeline.send(owned(bytes)), { status: 'sent' });
    assert.deepEqual(sink.sent, [bytes]);
    const { itemsIn, itemsOut, bytesIn, bytesOut, calls } = pipeline.stats;
    assert.deepEqual([itemsIn, itemsOut, bytesIn, bytesOut, calls], [2, 2, bytes.length, bytes.length, 1]);
  });

  it('passes on the batch when the guest leaves it unchanged', async () => {
    const { pipeline, sink } = piped(await guest('unchanged'));
    const bytes = tracesOf('a');
    await pipeline.send(owned(bytes));
    assert.equal(sink.sent[0], bytes);
  });

  it('sends nothing when the guest drops everything', async () => {
    const { pipeline, sink } = piped(await guest('dropsEverything'));
    assert.deepEqual(await pipeline.send(owned(tracesOf('a', 'b'))), { status: 'sent' });
    assert.deepEqual(sink.sent, []);
    assert.deepEqual([pipeline.stats.itemsOut, pipeline.stats.itemsDropped], [0, 2]);
  });

  it('counts items that the guest adds', async () => {
    const { pipeline, sink } = piped(await guest('echoesTwice'));
    await pipeline.send(owned(tracesOf('a', 'b')));
    assert.deepEqual(sink.names, ['a', 'b', 'a', 'b']);
    assert.deepEqual([pipeline.stats.itemsAdded, pipeline.stats.itemsOut], [2, 4]);
  });

  describe('onError', () => {
    const failing: [string, string][] = [
      ['refusesWithReason', 'GUEST_STATUS'],
      ['traps', 'GUEST_TRAP'],
      ['exits', 'GUEST_EXIT'],
      ['garbles', 'GUEST_OUTPUT'],
      ['allocReturnsZero', 'ALLOC_FAILED'],
      ['hugeResult', 'GUEST_OUTPUT'],
    ];
    for (const [name, code] of failing) {
      it(`drop, the default: drops the items and counts them as ${code} (${name})`, async () => {
        const { pipeline, sink } = piped(await guest(name), { maxMemoryBytes: 2 ** 21 });
        const outcome = await pipeline.send(owned(tracesOf('a', 'b', 'c')));
        assert.equal(outcome.status, 'failed');
        const { error, items } = outcome as { error: { code: string }; items: number };
        assert.deepEqual([error.code, items], [code, 3]);
        assert.deepEqual(sink.sent, []);
        assert.deepEqual(pipeline.stats.itemsFailed, { [code]: 3 });
        assert.ok((pipeline.stats.errors[code as 'GUEST_TRAP'] ?? 0) > 0);
      });

      it(`passthrough: passes the items on unchanged (${name})`, async () => {
        const { pipeline, sink } = piped(await guest(name), {
          maxMemoryBytes: 2 ** 21,
          onError: 'passthrough',
        });
        assert.deepEqual(await pipeline.send(owned(tracesOf('a', 'b', 'c'))), { status: 'sent' });
        assert.deepEqual(sink.names, ['a', 'b', 'c']);
        assert.deepEqual(pipeline.stats.itemsFailed, {});
        assert.equal(pipeline.stats.itemsOut, 3);
      });
    }

    it('applies only to guests: items that the sink rejects are lost under passthrough too', async () => {
      const sink = recordingSink(() => Promise.resolve(REFUSED));
      const { pipeline } = piped(await guest('echoes'), { onError: 'passthrough' }, sink);
      assert.equal((await pipeline.send(owned(tracesOf('a')))).status, 'refused');
      assert.deepEqual(pipeline.stats.itemsFailed, { EXPORT_FAILED: 1 });
    });
  });

  describe('failing alloc', () => {
    it('splits the batch until it fits and keeps the order of items', async () => {
      const { pipeline, sink } = piped(await guest('allocFailsAbove1000Bytes'));
      await pipeline.send(owned(tracesOf(...names(50))));
      assert.deepEqual(sink.names, names(50));
      assert.equal(sink.sent.length, 1);
      assert.equal(pipeline.stats.restarts, 0);
    });

    it('fails only an item that is too large by itself', async () => {
      const { pipeline, sink } = piped(await guest('allocFailsAbove1000Bytes'));
      const large = 'large'.repeat(300);
      const all = [...names(7), large, 'after'];
      const outcome = await pipeline.send(owned(tracesOf(...all)));
      assert.deepEqual(
        sink.names,
        all.filter(name => name !== large),
      );
      assert.deepEqual(pipeline.stats.itemsFailed, { ALLOC_FAILED: 1 });
      assert.equal((outcome as { items?: number }).items, 1);
    });

    it('fails each item when nothing fits', async () => {
      const { pipeline } = piped(await guest('allocReturnsZero'));
      await pipeline.send(owned(tracesOf(...names(16))));
      assert.deepEqual(pipeline.stats.itemsFailed, { ALLOC_FAILED: 16 });
      assert.deepEqual(pipeline.stats.errors, { ALLOC_FAILED: 31 });
    });
  });

  it('limits the results of the parts of a batch to maxPendingBytes', async () => {
    const EACH = 60_000;
    const maxPendingBytes = 4 * EACH;
    // A span behind an unknown field of 60,000 bytes, for each piece that is small enough.
    const { pipeline, sink } = piped(
      await guestWith({
        imports: '(import "otelwasm" "set_result_traces" (func $result (param i32 i32)))',
        alloc: `(func (export "alloc") (param $size i32) (result i32)
          (select (i32.const 0) (i32.const 65536) (i32.gt_u (local.get $size) (i32.const 500))))`,
        consume: `(func (export "consume_traces") (param i32 i32) (result i32)
          (call $result (i32.const 0) (i32.const ${EACH + 10})) (i32.const 0))`,
        more: `(data (i32.const 0) "\\7a\\e0\\d4\\03") (data (i32.const ${EACH + 4}) "\\0a\\04\\12\\02\\12\\00")`,
      }),
      { maxPendingBytes },
    );
    await pipeline.send(owned(tracesOf(...names(16))));
    assert.equal(sink.names.length, 3);
    assert.deepEqual(Object.keys(pipeline.stats.itemsFailed), ['GUEST_OUTPUT']);
  });

  it('releases results of parts after joining them, and those beyond the limit', async () => {
    const bytes = tracesOf('a', 'b');
    const large = new Uint8Array(2 ** 25);
    for (const [result, kept] of [
      [tracesOf('c'), 2],
      [large, 1],
    ] as const) {
      let [calls, released] = [0, 0];
      const { output, lastError } = await bisect(
        {
          signal: 'traces',
          maxBytes: 2 ** 25 + 2,
          call: () =>
            Promise.resolve({
              status: 'changed',
              bytes: ++calls === 1 ? tracesOf('c') : result,
              release: () => released++,
            }),
          applyOnError: () => new Uint8Array(0),
        },
        bytes,
        2,
        new OtelWasmError('GUEST_TIMEOUT', ''),
      );
      assert.equal(calls, 2);
      assert.equal(lastError.code, kept === 2 ? 'GUEST_TIMEOUT' : 'GUEST_OUTPUT');
      assert.equal(countItems('traces', output.bytes), kept);
      // What goes on alone goes on as it is, and is released by who has it then.
      assert.equal(released, kept === 2 ? 2 : 1);
      output.release();
      assert.equal(released, 2);
    }
  });

  describe('a poisonous item', () => {
    for (const [word, code, guestTimeoutMillis] of [
      ['TRAP', 'GUEST_TRAP', 1_000],
      ['EXIT', 'GUEST_EXIT', 1_000],
      ['GROW', 'GUEST_TRAP', 1_000],
      ['LOOP', 'GUEST_TIMEOUT', 200],
    ] as const) {
      for (const place of word === 'LOOP' ? [300] : [0, 300, 511]) {
        it(`among 512 is the only lost item: ${word} at ${place}`, async () => {
          const { pipeline, sink } = piped(await guest('obeysSpanNames'), { guestTimeoutMillis });
          const all = namesWith(word, 512, place);
          await pipeline.send(owned(tracesOf(...all)));
          assert.deepEqual(
            sink.names,
            all.filter((_, index) => index !== place),
          );
          assert.deepEqual(pipeline.stats.itemsFailed, { [code]: 1 });
          assert.ok(pipeline.stats.restarts <= 12, `${pipeline.stats.restarts} restarts`);
        });
      }
    }

    it('may occur several times', async () => {
      const { pipeline, sink } = piped(await guest('obeysSpanNames'));
      const all = namesWith('TRAP', 512, 3, 4, 400);
      await pipeline.send(owned(tracesOf(...all)));
      assert.equal(sink.names.length, 509);
      assert.deepEqual(pipeline.stats.itemsFailed, { GUEST_TRAP: 3 });
    });

    it('in every batch loses no neighbour', async () => {
      const { pipeline, sink } = piped(await guest('obeysSpanNames'));
      for (let batch = 0; batch < 8; batch++) await pipeline.send(owned(tracesOf('before', 'TRAP')));
      assert.equal(sink.names.length, 8);
      assert.deepEqual(pipeline.stats.itemsFailed, { GUEST_TRAP: 8 });
    });

    it('passes unchanged at its position under passthrough', async () => {
      const { pipeline, sink } = piped(await guest('obeysSpanNames'), { onError: 'passthrough' });
      const all = namesWith('TRAP', 100, 50);
      await pipeline.send(owned(tracesOf(...all)));
      assert.deepEqual(sink.names, all);
      assert.deepEqual(balance(pipeline.stats), { before: 100, after: 100 });
    });

    it('does not affect the next batch, which gets a new instance', async () => {
      const { pipeline, sink } = piped(await guest('obeysSpanNames'));
      await pipeline.send(owned(tracesOf('TRAP')));
      assert.equal(pipeline.state, 'restarting');
      await pipeline.send(owned(tracesOf('good')));
      assert.equal(pipeline.state, 'running');
      assert.deepEqual(sink.names, ['good']);
    });

    it('is not searched for when the guest rejects a batch with a status', async () => {
      const { pipeline } = piped(await guest('obeysSpanNames'));
      await pipeline.send(owned(tracesOf(...namesWith('REFU', 64, 5))));
      assert.deepEqual(pipeline.stats.itemsFailed, { GUEST_STATUS: 64 });
      assert.equal(pipeline.stats.calls, 1);
    });
  });

  describe('a broken guest', () => {
    it('that fails on every batch causes few restarts, and at most one per batch after the first', async () => {
      const { pipeline } = piped(await guest('traps'));
      await pipeline.send(owned(tracesOf(...names(512))));
      const first = pipeline.stats.restarts;
      assert.ok(first <= 8, `${first} restarts for the first batch`);
      for (let batch = 0; batch < 10; batch++) await pipeline.send(owned(tracesOf(...names(512))));
      assert.ok(
        pipeline.stats.restarts - first <= 2,
        `${pipeline.stats.restarts - first} restarts for ten more`,
      );
      const { GUEST_TRAP = 0, GUEST_DOWN = 0, ...others } = pipeline.stats.itemsFailed;
      assert.equal(GUEST_TRAP + GUEST_DOWN, 11 * 512);
      assert.ok(GUEST_DOWN >= 8 * 512);
      assert.deepEqual(others, {});
    });

    it('serves again after its backoff once it works', async () => {
      const { pipeline, sink } = piped(await guest('obeysSpanNames'), {
        restart: { initialDelayMillis: 20, maxDelayMillis: 40 },
      });
      for (let batch = 0; batch < 4; batch++) await pipeline.send(owned(tracesOf('TRAP')));
      assert.equal(pipeline.stats.itemsFailed.GUEST_DOWN !== undefined, true);
      await setTimeout(60);
      await pipeline.send(owned(tracesOf('well')));
      assert.deepEqual(sink.names, ['well']);
    });

    it('lets batches pass unchanged while it is down under passthrough', async () => {
      const { pipeline, sink } = piped(await guest('traps'), { onError: 'passthrough' });
      for (let batch = 0; batch < 5; batch++) await pipeline.send(owned(tracesOf(`batch ${batch}`)));
      assert.equal(sink.names.length, 5);
      assert.ok((pipeline.stats.errors.GUEST_DOWN ?? 0) > 0);
    });
  });

  it('counts only batches that reached an instance as calls', async () => {
    const started = { isolation: 'worker', restart: { initialDelayMillis: 60_000 } } as const;
    const { pipeline } = piped(await guest('startFails'), started);
    await assert.rejects(pipeline.ready());
    for (const name of names(3)) await pipeline.send(owned(tracesOf(name)));
    assert.deepEqual(pipeline.stats.errors, { START_FAILED: 1, GUEST_DOWN: 2 });
    assert.equal(pipeline.stats.calls, 0);
    await pipeline.shutdown();
    await pipeline.send(owned(tracesOf('late')));
    assert.equal(pipeline.stats.calls, 0);

    const { pipeline: traps } = piped(await guest('traps'));
    await traps.send(owned(tracesOf('a')));
    const { calls, errors } = traps.stats;
    assert.deepEqual([calls, errors], [2, { GUEST_TRAP: 2 }]);
  });

  describe('the event loop', () => {
    it('is blocked by a looping guest for at most guestTimeoutMillis and 100 ms', async () => {
      const { pipeline, sink } = piped(await guest('obeysSpanNames'), {
        guestTimeoutMillis: 300,
        startTimeoutMillis: 10_000,
      });
      const latest = watchTimers();
      await pipeline.send(owned(tracesOf(...namesWith('LOOP', 8, 2))));
      const late = await latest();
      assert.equal(sink.names.length, 7);
      assert.ok(late < 400, `a timer was ${late} ms late`);
    });

    for (const [what, turns, ending] of [
      ['between slow batches', 60_000_000, '(i32.const 0)'],
      ['between the calls of a search', 1, '(loop $forever (br $forever)) (i32.const 0)'],
    ] as const) {
      it(`gets turns ${what}`, async () => {
        const { pipeline } = piped(
          await guestWith({
            imports: '(import "otelwasm" "log" (func $log (param i32 i32 i32)))',
            consume: `(func (export "consume_traces") (param i32 i32) (result i32) (local $i i32)
              (call $log (i32.const 2) (i32.const 16) (i32.const 4))
              (loop $again
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get $i) (i32.const ${turns}))))
              ${ending})`,
            more: '(data (i32.const 16) "call")',
          }),
          { guestTimeoutMillis: turns > 1 ? 10_000 : 200 },
        );
        const timer = setInterval(() => lines.push('timer'), 1);
        await Promise.all(names(6).map(name => pipeline.send(owned(tracesOf(name, name)))));
        clearInterval(timer);
        const order = lines.filter(line => /call|timer/.test(line)).map(line => line.split(' ').pop());
        assert.ok(order.filter(line => line === 'call').length >= 4, order.join());
        assert.doesNotMatch(order.join(), /call,call/);
      });
    }
  });

  it('yields to the event loop while it checks every field of a large result', async () => {
    // A span of a million small fields.
    const FIELDS = 2 ** 20;
    const large = field(1, field(2, field(2, times(FIELDS, 0x50, 0))));
    const { pipeline, sink } = piped(
      await guestWith({
        imports: '(import "otelwasm" "set_result_traces" (func $result (param i32 i32)))',
        memory: '(memory (export "memory") 40)',
        alloc: '(func (export "alloc") (param i32) (result i32) (i32.const 64))',
        consume: `(func (export "consume_traces") (param i32 i32) (result i32)
          (call $result (local.get 0) (local.get 1)) (i32.const 0))`,
      }),
      { checkOutput: 'items', maxMemoryBytes: 2 ** 24, guestTimeoutMillis: 60_000 },
    );
    // The turns of the check alone: the pipeline waits for others.
    const turns = mock.method(timers, 'setImmediate');
    await pipeline.send(owned(large));
    turns.mock.restore();
    assert.equal(sink.sent.length, 1);
    assert.equal(turns.mock.callCount(), FIELDS / 2 ** 16);
  });

  it('replaces an instance above recycleMemoryBytes after a shutdown', async () => {
    const { pipeline, sink } = piped(await guest('growsByOnePage'), {
      maxMemoryBytes: 40 * 65_536,
      recycleMemoryBytes: 20 * 65_536,
    });
    for (let batch = 0; batch < 12; batch++) {
      await pipeline.send(owned(tracesOf(`batch ${batch}`)));
      assert.ok(pipeline.stats.memoryBytes <= 20 * 65_536);
    }
    assert.equal(sink.names.length, 12);
    assert.equal(pipeline.stats.restarts, 2);
    assert.deepEqual(pipeline.stats.itemsFailed, {});
  });

  for (const isolation of ['inline', 'worker'] as const) {
    it(`${isolation}: counts and logs the error of a recycled instance's shutdown(); no item is lost`, async () => {
      for (const [shutdown, code] of [
        ['(i32.const 5)', 'GUEST_STATUS'],
        ['unreachable', 'GUEST_TRAP'],
      ]) {
        lines.length = 0;
        const { pipeline, sink } = piped(
          await guestWith({
            shutdown: `(func (export "shutdown") (result i32) ${shutdown})`,
            consume:
              '(func (export "consume_traces") (param i32 i32) (result i32) (drop (memory.grow (i32.const 1))) (i32.const 0))',
          }),
          { recycleMemoryBytes: 65_536, isolation },
        );
        for (const name of ['a', 'b']) await pipeline.send(owned(tracesOf(name)));
        assert.deepEqual(pipeline.stats.errors, { [code]: 2 });
        assert.match(lines[0], new RegExp(`^warn: otelwasm:test ${code}: guest: `));
        assert.deepEqual(sink.names, ['a', 'b']);
        assert.deepEqual([pipeline.stats.itemsFailed, pipeline.stats.restarts], [{}, 1]);
        await pipeline.shutdown();
      }
    });
  }

  describe('maxPendingBytes', () => {
    it('rejects batches beyond it with QUEUE_FULL', async () => {
      const bytes = tracesOf('a', 'b');
      const { pipeline, sink } = piped(await guest('echoes'), { maxPendingBytes: bytes.length * 2.5 });
      const outcomes = await Promise.all([1, 2, 3, 4].map(() => pipeline.send(owned(bytes))));
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['sent', 'sent', 'failed', 'failed'],
      );
      assert.equal((outcomes[3] as { error: { code: string } }).error.code, 'QUEUE_FULL');
      assert.deepEqual(pipeline.stats.itemsFailed, { QUEUE_FULL: 4 });
      assert.deepEqual(pipeline.stats.errors, { QUEUE_FULL: 2 });
      await pipeline.send(owned(bytes));
      assert.equal(sink.sent.length, 3);
    });

    it('accepts a single batch that is larger', async () => {
      const { pipeline, sink } = piped(await guest('echoes'), { maxPendingBytes: 1 });
      await pipeline.send(owned(tracesOf('a')));
      assert.deepEqual(sink.names, ['a']);
    });
  });

  it('keeps the order of batches sent at once', async () => {
    const { pipeline, sink } = piped(await guest('echoes'));
    await Promise.all(names(20).map(name => pipeline.send(owned(tracesOf(name)))));
    assert.deepEqual(sink.names, names(20));
  });

  it('handles output that is not OTLP under the shallowest check', async () => {
    const { pipeline } = piped(await guest('garbles'), { checkOutput: 'envelopes' });
    const outcome = await pipeline.send(owned(tracesOf('a')));
    assert.equal(outcome.status, 'failed');
    assert.deepEqual(balance(pipeline.stats), { before: 1, after: 1 });
  });
});
