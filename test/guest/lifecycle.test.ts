import assert from 'node:assert/strict';
import { guestWith } from '../support/guests';
import { bytes, instantiated, started } from '../sandbox/fuel/instantiated';
import { comparable } from '../support/outcome';

const COUNTS_CALLS = (name: string) => ({
  imports: '(import "otelwasm" "otelwasm_log" (func $log (param i32 i32 i32)))',
  [name]: `(func (export "${name}") (result i32) (call $log (i32.const 2) (i32.const 0) (i32.const 0)) (i32.const 0))`,
});

describe('lifecycle', () => {
  it('calls _initialize once, then start, consume, shutdown', async () => {
    const { instance } = await started('initializesFirst');
    assert.equal(instance.consume(bytes(1)).status, 'unchanged');
    assert.equal(instance.shutdown(), undefined);
  });

  it('offers host functions in every stage and accepts results only in consume', async () => {
    const { instance, lines } = await started('logsEverywhere');
    const outcome = instance.consume(bytes(1));
    assert.equal(instance.shutdown(), undefined);
    assert.deepEqual(
      lines.filter(line => line.startsWith('info')),
      ['initialize', 'start', 'alloc', 'consume', 'shutdown'].map(stage => `info: ${stage}`),
    );
    assert.deepEqual(comparable(outcome), {
      status: 'changed',
      bytes: new TextEncoder().encode('allocconsume'),
    });
  });

  it('ignores a second call of start', async () => {
    const { instance, lines } = await started(await guestWith(COUNTS_CALLS('start')));
    instance.start();
    assert.equal(lines.length, 1);
  });

  it('runs shutdown once and only after start', async () => {
    const guest = await guestWith(COUNTS_CALLS('shutdown'));
    const { instance, lines } = await started(guest);
    instance.shutdown();
    instance.shutdown();
    assert.equal(lines.length, 1);
    const { instance: fresh, lines: none } = await instantiated(guest);
    assert.equal(fresh.shutdown(), undefined);
    fresh.start();
    assert.deepEqual(none, []);
  });

  it('throws START_FAILED with the reason when start returns an error status', async () => {
    const { instance } = await instantiated('startFails');
    assert.throws(() => instance.start(), {
      name: 'OtelWasmError',
      code: 'START_FAILED',
      message: 'guest: start() returned status 9: no rules given',
    });
    assert.equal(instance.consume(bytes(1)).status, 'failed');
    assert.equal(instance.shutdown(), undefined);
  });

  it('throws START_FAILED that names the step when start traps', async () => {
    const { instance } = await instantiated('trapsInStart');
    assert.throws(() => instance.start(), {
      code: 'START_FAILED',
      message: /^guest: start\(\): the guest trapped: unreachable/,
    });
  });

  it('throws START_FAILED when _initialize traps', async () => {
    const guest = await guestWith({ more: '(func (export "_initialize") unreachable)' });
    await assert.rejects(instantiated(guest), {
      code: 'START_FAILED',
      message: /^guest: instantiation: the guest trapped/,
    });
  });

  it('throws when shutdown returns an error status or traps', async () => {
    const { instance } = await started('shutdownFails');
    assert.equal(instance.shutdown()?.message, 'shutdown() returned status 5: not yet');
    const { instance: other } = await started('trapsInShutdown');
    assert.equal(other.shutdown()?.code, 'GUEST_TRAP');
    assert.equal(other.shutdown(), undefined);
  });

  describe('get_supported_telemetry', () => {
    it('must have the bit of the signal', async () => {
      await assert.rejects(instantiated('supportsMetricsOnly'), {
        code: 'ABI_MISMATCH',
        message: 'guest: the guest does not support traces: get_supported_telemetry() is 1, expected bit 4',
      });
      const { instance } = await started('supportsEverything');
      assert.equal(instance.consume(bytes(1)).status, 'unchanged');
    });

    it('is called after _initialize', async () => {
      const { instance } = await started(
        await guestWith({
          more: `(global $ready (mut i32) (i32.const 0))
            (func (export "_initialize") (global.set $ready (i32.const 4)))
            (func (export "get_supported_telemetry") (result i32) (global.get $ready))`,
        }),
      );
      assert.equal(instance.death, undefined);
    });
  });
});
