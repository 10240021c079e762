import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { runWithVmTimeout } from '../../src/guest/vmTimeout';
import { bytes, instantiated, started } from '../sandbox/fuel/instantiated';

/** Enough to instantiate and start a guest on a machine that is busy with other things. */
const LIMIT = { guestTimeoutMillis: 300 };

/** Runs `work` and answers how long it took. */
async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** No upper bound worth the name: other processes may hold this one up. Without a deadline it would never end. */
function assertStopped(millis: number): void {
  assert.ok(millis >= 290 && millis < 5_000, `took ${millis} ms, the limit was 300`);
}

describe('deadline', () => {
  for (const name of ['loopsInConsume', 'loopsInAlloc', 'loopsThroughTheHost', 'sleepsForever']) {
    it(`stops a call and ends the instance: ${name}`, async () => {
      const { instance } = await started(name, LIMIT);
      let outcome: unknown;
      assertStopped(await timed(() => (outcome = instance.consume(bytes(1)))));
      assert.deepEqual(outcome, { status: 'failed', error: instance.death });
      assert.equal(instance.death?.code, 'GUEST_TIMEOUT');
      assert.equal(
        instance.death?.message,
        'the guest ran longer than guestTimeoutMillis (300) and was stopped',
      );
    });
  }

  for (const name of [
    'loopsInInitialize',
    'loopsInStartSection',
    'loopsInSupportedTelemetry',
    'loopsInStart',
  ]) {
    it(`stops a guest that hangs in its start: ${name}`, async () => {
      const starting = () =>
        assert.rejects(started(name, { startTimeoutMillis: 300 }), {
          code: 'START_FAILED',
          message: /TimeoutMillis \(300\)/,
        });
      assertStopped(await timed(starting));
    });
  }

  it('stops a shutdown', async () => {
    const { instance } = await started('loopsInShutdown', LIMIT);
    assertStopped(await timed(() => assert.equal(instance.shutdown()?.code, 'GUEST_TIMEOUT')));
  });

  it('restarts with each call', () => {
    const spin = (millis: number) => {
      const end = performance.now() + millis;
      while (performance.now() < end);
    };
    for (let call = 0; call < 3; call++) runWithVmTimeout(() => spin(150), 400);
  });

  it('accepts any limit above 0, also fractions and more than timers hold', () => {
    for (const limit of [200.5, 2 ** 31, 2 ** 32, 1e15, Number.MAX_VALUE]) {
      let ran = false;
      runWithVmTimeout(() => (ran = true), limit);
      assert.ok(ran, String(limit));
    }
    const loop = (): void => {
      for (;;);
    };
    assert.throws(() => runWithVmTimeout(loop, 0.5), { code: 'GUEST_TIMEOUT' });
  });

  it('is off at 0, because a worker is stopped from outside', async () => {
    const { instance } = await instantiated('unchanged', { guestTimeoutMillis: 0 });
    instance.start();
    assert.equal(instance.consume(bytes(1)).status, 'unchanged');
  });

  it('rethrows what the call throws and leaves nothing on the global object', () => {
    const before = Object.getOwnPropertyNames(globalThis);
    const error = new Error('mine');
    assert.throws(
      () =>
        runWithVmTimeout(() => {
          throw error;
        }, 100),
      error,
    );
    assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
  });

  it('is reentrant, for a logger that runs a guest itself', () => {
    const order: string[] = [];
    runWithVmTimeout(() => {
      order.push('outer');
      assert.throws(
        () =>
          runWithVmTimeout(() => {
            for (;;);
          }, 20),
        { code: 'GUEST_TIMEOUT' },
      );
      runWithVmTimeout(() => order.push('inner'), 1_000);
      order.push('outer again');
    }, 1_000);
    assert.deepEqual(order, ['outer', 'inner', 'outer again']);
  });
});
