import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RestartPolicy } from '../../src/runner/restartPolicy';

describe('RestartPolicy', () => {
  it('does not wait the first time, then doubles the wait up to the limit', () => {
    const policy = new RestartPolicy({ initialDelayMillis: 100, maxDelayMillis: 1_000 });
    const delays = Array.from({ length: 7 }, () => policy.delayAfterFailure(0, () => 1));
    assert.deepEqual(delays, [0, 100, 200, 400, 800, 1_000, 1_000]);
  });

  it('resets after an instance that lived long enough', () => {
    const policy = new RestartPolicy({ initialDelayMillis: 100, healthyMillis: 5_000 });
    for (let failure = 0; failure < 5; failure++) policy.delayAfterFailure(4_999);
    assert.equal(policy.delayAfterFailure(5_000), 0);
    assert.ok(policy.delayAfterFailure(0) <= 100);
  });

  it('defaults to 100 ms to 30 s, and healthy after a minute', () => {
    const policy = new RestartPolicy();
    assert.deepEqual(
      [0, 1].map(() => policy.delayAfterFailure(59_999, () => 1)),
      [0, 100],
    );
    for (let failure = 0; failure < 2_000; failure++) policy.delayAfterFailure(0);
    assert.equal(
      policy.delayAfterFailure(0, () => 1),
      30_000,
    );
    assert.equal(policy.delayAfterFailure(60_000), 0);
  });

  it('takes its jitter from a new random number each time', () => {
    const policy = new RestartPolicy({ initialDelayMillis: 1_000, maxDelayMillis: 1_000 });
    const delays = Array.from({ length: 50 }, () => policy.delayAfterFailure(0)).slice(1);
    assert.ok(new Set(delays).size > 40);
  });

  it('jitters between half and all of the wait, for any number of failures', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.array(fc.tuple(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 80 }),
        (initialDelayMillis, maxDelayMillis, failures) => {
          const policy = new RestartPolicy({ initialDelayMillis, maxDelayMillis, healthyMillis: 1_000 });
          failures.forEach(([alive, random], index) => {
            const full = index === 0 ? 0 : Math.min(initialDelayMillis * 2 ** (index - 1), maxDelayMillis);
            const delay = policy.delayAfterFailure(alive, () => random);
            assert.equal(delay, full * (0.5 + random / 2));
          });
        },
      ),
    );
  });
});
