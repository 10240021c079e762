import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { CallDeadline } from '../../src/guest/callDeadline';

const busyFor = (millis: number): void => {
  const until = performance.now() + millis;
  while (performance.now() < until);
};

describe('a host function under a deadline', () => {
  it('is not run once the time is over, and the call has failed whatever the guest makes of that', () => {
    const deadline = new CallDeadline();
    let runs = 0;
    const hostFunction = deadline.watched(() => ++runs);
    deadline.begin(5, 'guestTimeoutMillis');
    hostFunction();
    busyFor(6);
    assert.throws(() => hostFunction(), { code: 'GUEST_TIMEOUT' });
    assert.equal(runs, 1);
    assert.throws(() => deadline.throwIfStopped(), { code: 'GUEST_TIMEOUT' });
    deadline.begin(60_000, 'guestTimeoutMillis');
    hostFunction();
    deadline.throwIfStopped();
    assert.equal(runs, 2);
  });

  it('has no end without a limit', () => {
    const deadline = new CallDeadline();
    deadline.begin(0, 'guestTimeoutMillis');
    busyFor(2);
    deadline.throwIfOver();
  });
});
