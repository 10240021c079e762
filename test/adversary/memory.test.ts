import assert from 'node:assert/strict';
import { GuestInstance, loadGuest } from '../../src/guest';
import { captureDiag } from '../support/diagLines';
import { guestWith } from '../support/guests';
import { watchTimers } from '../support/lateTimers';
import { names, tracesOf } from '../support/spans';
import { balance, piped, recordingSink } from '../pipeline/piped';
import { owned } from '../../src/abi';

const MEBIBYTE = 2 ** 20;

/** Takes a fresh megabyte for each batch, writes to all of it and never gives it back. */
const LEAK = {
  alloc: `(func (export "alloc") (param $size i32) (result i32) (local $at i32)
    (local.set $at (i32.mul (memory.grow (i32.const 16)) (i32.const 65536)))
    (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const 0))))
    (memory.fill (local.get $at) (i32.const 1) (i32.const 1048576))
    (local.get $at))`,
  imports: '(import "otelwasm" "set_result_traces" (func $set_result (param i32 i32)))',
  consume: `(func (export "consume_traces") (param $p i32) (param $s i32) (result i32)
    (call $set_result (local.get $p) (local.get $s)) (i32.const 0))`,
};

/** Megabytes of the guest's in all. */
const BATCHES = process.env.FULL_TESTS ? 10_000 : 500;

const LIMITS = { maxMemoryBytes: 64 * MEBIBYTE };

/** The process's memory once garbage is collected as far as it goes without a flag. */
function residentMebibytes(): number {
  return process.memoryUsage.rss() / MEBIBYTE;
}

describe('a guest that leaks', () => {
  captureDiag();

  it(`a megabyte per call processes ${BATCHES} batches without loss in bounded memory`, async () => {
    let arrived = 0;
    const sink = { ...recordingSink(), send: async () => (arrived++, { status: 'sent' as const }) };
    const { pipeline } = piped(await guestWith(LEAK), LIMITS, sink);
    const batch = tracesOf(...names(2));
    let peak = 0;
    for (let sent = 0; sent < BATCHES; sent++) {
      await pipeline.send(owned(batch));
      if (sent % 100 === 0) peak = Math.max(peak, residentMebibytes());
    }
    const { stats } = pipeline;
    await pipeline.shutdown();
    assert.equal(arrived, BATCHES);
    assert.deepEqual([stats.errors, stats.itemsFailed, stats.itemsOut], [{}, {}, 2 * BATCHES]);
    // 48 of 64 megabytes are the limit above which an instance is replaced.
    assert.ok(stats.restarts > BATCHES / 67 && stats.restarts < BATCHES / 33, `${stats.restarts} restarts`);
    assert.ok(peak < 1_200, `${peak} MB`);
  }).timeout(120_000);

  it('on a separate thread is also replaced', async () => {
    const { pipeline, sink } = piped(await guestWith(LEAK), { ...LIMITS, isolation: 'worker' });
    const batch = tracesOf(...names(2));
    for (let sent = 0; sent < 150; sent++) await pipeline.send(owned(batch));
    await pipeline.shutdown();
    assert.equal(sink.sent.length, 150);
    assert.ok(pipeline.stats.restarts >= 2);
    assert.deepEqual(pipeline.stats.errors, {});
  }).timeout(60_000);

  it('and traps: the search for a poisonous item uses bounded memory', async () => {
    const grab = await guestWith({
      consume: `(func (export "consume_traces") (param i32 i32) (result i32)
        (drop (memory.grow (i32.const 1000))) (memory.fill (i32.const 0) (i32.const 1) (i32.mul (memory.size) (i32.const 65536)))
        (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        (if (i32.eqz (call $lucky (local.get 1))) (then (unreachable))) (i32.const 0))`,
      more: `(global $calls (mut i32) (i32.const 0))
        ;; small batches pass, so that the search goes on
        (func $lucky (param i32) (result i32) (i32.lt_u (local.get 0) (i32.const 3000)))`,
      alloc: '(func (export "alloc") (param i32) (result i32) (i32.const 65536))',
    });
    const timers = watchTimers();
    const { pipeline } = piped(grab, { maxMemoryBytes: 64 * MEBIBYTE, guestTimeoutMillis: 1_000 });
    await pipeline.send(owned(tracesOf(...names(64))));
    const peak = residentMebibytes();
    await pipeline.shutdown();
    const { before, after } = balance(pipeline.stats);
    assert.equal(before, after);
    assert.ok(pipeline.stats.restarts >= 4, `${pipeline.stats.restarts} restarts`);
    assert.ok(peak < 2_000, `${peak} MB`);
    assert.ok((await timers()) < 1_100);
  }).timeout(60_000);
});

describe("the app's logger", () => {
  it("neither counts against the guest's time limit nor is interrupted", async () => {
    const guest = await guestWith({
      imports: '(import "otelwasm" "log" (func $log (param i32 i32 i32)))',
      consume: `(func (export "consume_traces") (param i32 i32) (result i32)
        (call $log (i32.const 2) (i32.const 0) (i32.const 4)) (loop $again (br $again)) (i32.const 0))`,
    });
    let begun = 0;
    let ended = 0;
    const log = (): void => {
      begun++;
      const end = Date.now() + 150;
      while (Date.now() < end);
      ended++;
    };
    const instance = new GuestInstance(loadGuest(guest, 'processor', 'traces', MEBIBYTE), {
      role: 'processor',
      signal: 'traces',
      pluginConfigJson: 'null',
      guestTimeoutMillis: 100,
      startTimeoutMillis: 10_000,
      maxMemoryBytes: MEBIBYTE,
      log,
    });
    instance.start();
    const outcome = instance.consume(Uint8Array.of(1));
    assert.equal(outcome.status === 'failed' && outcome.error.code, 'GUEST_TIMEOUT');
    assert.deepEqual([begun, ended], [1, 1]);
  });
});

describe('a receiver that emits', () => {
  it('more than 64 MiB at once is stopped before the copy', async () => {
    const source = await guestWith({
      imports: '(import "otelwasm" "set_result_traces" (func $set_result (param i32 i32)))',
      memory: '(memory (export "memory") 1040)',
      more: '(func (export "start_traces_receiver") (call $set_result (i32.const 0) (i32.const 67108865)))',
    });
    let emitted = 0;
    const instance = new GuestInstance(loadGuest(source, 'receiver', 'traces', 128 * MEBIBYTE), {
      role: 'receiver',
      signal: 'traces',
      pluginConfigJson: 'null',
      guestTimeoutMillis: 1_000,
      maxMemoryBytes: 128 * MEBIBYTE,
      log: () => undefined,
      emit: () => emitted++,
    });
    instance.start();
    assert.throws(() => instance.runReceiver(), { code: 'GUEST_OUTPUT', message: /67108865 bytes at once/ });
    assert.equal(emitted, 0);
  });
});
