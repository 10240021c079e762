import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { CallDeadline } from '../../src/guest/callDeadline';

const busyFor = (millis: number): void => {
  const until = performance.now() + millis;
  while (performance.now() < until);
};

describe('a host function under a deadline', () => {
  it('does not run after the deadline, and the call fails even if the guest catches the error', () => {
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

  it('runs without a limit when none is set', () => {
    const deadline = new CallDeadline();
    deadline.begin(0, 'guestTimeoutMillis');
    busyFor(2);
    deadline.throwIfOver();
  });
});
