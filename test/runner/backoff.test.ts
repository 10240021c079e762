import assert from 'node:assert/strict';
import { OtelWasmError } from '../../src/abi/errors';
import { createRunner, type RunningInstance } from '../../src/runner';

const BYTES = new Uint8Array(1);

/** An instance that does as it is told, with so much memory. */
function instance(does: 'serves' | 'dies' | 'does not start', memoryBytes = 0): RunningInstance {
  const error = new OtelWasmError('GUEST_TRAP', 'told to');
  return {
    started: does === 'does not start' ? Promise.reject(error) : Promise.resolve(),
    consume: () => Promise.resolve(does === 'dies' ? { status: 'failed', error } : { status: 'unchanged' }),
    shutdown: () => Promise.resolve(undefined),
    discard: () => undefined,
    memoryBytes,
  };
}

describe('the backoff of a runner', () => {
  it('applies to a guest that does not start, however long its predecessor lived', async () => {
    let starts = 0;
    const runner = createRunner(() => instance(starts++ === 0 ? 'dies' : 'does not start'), {
      restart: { healthyMillis: 1, initialDelayMillis: 60_000 },
    });
    await runner.ready();
    for (let batch = 0; batch < 20; batch++) {
      await runner.consume(BYTES);
      await new Promise(resolve => setTimeout(resolve, 2));
    }
    // The first, one at once, and one more that fails: then the wait begins.
    assert.ok(starts <= 3, `${starts} starts`);
  });

  it('resets when a running instance is replaced for its memory', async () => {
    const lives = ['dies', 'dies', 'serves', 'serves'] as const;
    let starts = 0;
    const runner = createRunner(() => instance(lives[starts], 100 + 100 * starts++), {
      restart: { initialDelayMillis: 60_000 },
      recycleMemoryBytes: 50,
    });
    await runner.consume(BYTES);
    await runner.consume(BYTES);
    assert.equal((await runner.consume(BYTES)).status, 'failed');
    assert.equal((await runner.consume(BYTES, true)).status, 'unchanged');
    assert.equal((await runner.consume(BYTES)).status, 'unchanged');
  });

  it('does not apply to a guest that needs much memory from the start', async () => {
    const runner = createRunner(() => instance('serves', 1_000), { recycleMemoryBytes: 500 });
    for (let batch = 0; batch < 5; batch++) await runner.consume(BYTES);
    assert.equal(runner.restarts, 0);
  });

  it('restarts for a version that loads while the old one is down', async () => {
    const runner = createRunner(() => instance('dies'), { restart: { initialDelayMillis: 60_000 } });
    for (let batch = 0; batch < 3; batch++) await runner.consume(BYTES);
    const lives = ['dies', 'serves'] as const;
    let starts = 0;
    await runner.reload(() => instance(lives[starts++]));
    await runner.consume(BYTES);
    assert.equal((await runner.consume(BYTES)).status, 'unchanged', 'its first failure is replaced at once');
  });
});

describe('a version that is loaded and does not start', () => {
  it('is discarded, and the old one stays in use', async () => {
    let discarded = 0;
    const runner = createRunner(() => instance('serves'));
    await runner.ready();
    const next = { ...instance('does not start'), discard: () => void discarded++ };
    await assert.rejects(
      runner.reload(() => next),
      { code: 'GUEST_TRAP' },
    );
    assert.equal(discarded, 1);
    assert.equal((await runner.consume(BYTES)).status, 'unchanged');
    assert.equal(runner.restarts, 0);
  });
});
