import assert from 'node:assert/strict';
import { DeferredCalls } from '../../src/guest/guestLog';

describe('DeferredCalls', () => {
  it('queues 1,000 limited calls per guest call and all unlimited ones', () => {
    const held = new DeferredCalls();
    const made = { limited: 0, others: 0 };
    held.during(() => {
      for (let call = 0; call < 1_500; call++) held.make(() => made.limited++, true);
      for (let call = 0; call < 1_500; call++) held.make(() => made.others++, false);
      assert.deepEqual(made, { limited: 0, others: 0 });
    });
    assert.deepEqual(made, { limited: 1_000, others: 1_500 });
  });

  it('makes the queued calls in order, also when the work or a call throws', () => {
    const held = new DeferredCalls();
    const made: number[] = [];
    assert.throws(() =>
      held.during(() => {
        for (const call of [1, 2, 3]) {
          held.make(() => {
            made.push(call);
            throw new Error('logger');
          }, true);
        }
        throw new Error('trap');
      }),
    );
    held.make(() => made.push(4), true);
    assert.deepEqual(made, [1, 2, 3, 4]);
  });
});
