import assert from 'node:assert/strict';
import { CallState } from '../../src/guest/callState';
import { bytes } from '../sandbox/fuel/instantiated';

/** The bytes of the result, and those of the buffer that holds them. */
function resultOf({ outcome }: CallState): [bytes: number[], capacity: number] {
  assert.ok(outcome.status === 'changed');
  return [[...outcome.bytes], outcome.bytes.buffer.byteLength];
}

describe('the result of a call', () => {
  it('contains all pushed parts in order, in a buffer that doubles up to its limit', () => {
    const call = new CallState('traces', 10);
    const capacities = [bytes(1, 2, 3), bytes(), bytes(4), bytes(5, 6), bytes(7, 8, 9), bytes(10)].map(
      part => {
        call.addResult(part);
        return resultOf(call)[1];
      },
    );
    assert.deepEqual(capacities, [3, 3, 6, 6, 10, 10]);
    assert.throws(() => call.addResult(bytes(11)), { code: 'GUEST_OUTPUT' });
    assert.deepEqual(resultOf(call), [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 10]);
  });

  it('grows at once for a part that is more than twice as large', () => {
    const call = new CallState('traces', 100);
    call.addResult(bytes(1));
    call.addResult(bytes(2, 3, 4));
    assert.deepEqual(resultOf(call), [[1, 2, 3, 4], 4]);
  });

  it('is absent without a push, and empty after an empty one', () => {
    const call = new CallState('traces', 10);
    assert.deepEqual(call.outcome, { status: 'unchanged' });
    call.addResult(bytes());
    assert.deepEqual(resultOf(call), [[], 0]);
    call.addResult(bytes(1));
    assert.deepEqual(resultOf(call)[0], [1]);
  });
});
