import assert from 'node:assert/strict';
import { GuestInstance, loadGuest } from '../../src/guest';
import { createDirectRunner, createRunner, startInline } from '../../src/runner';
import { guestWith } from '../support/guests';
import { names, tracesOf } from '../support/spans';

const MEBIBYTE = 2 ** 20;
const BATCH = tracesOf(...names(1));
const OPTIONS = {
  ...({ role: 'processor', signal: 'traces', pluginConfigJson: 'null', log: () => undefined } as const),
  ...{ guestTimeoutMillis: 10_000, startTimeoutMillis: 10_000, maxMemoryBytes: MEBIBYTE },
};

/** A guest that has room for `batches` batches, and never again. */
const fullAfter = async (batches: number) =>
  loadGuest(
    await guestWith({
      alloc: `(global $calls (mut i32) (i32.const 0))
        (func (export "alloc") (param i32) (result i32)
          (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
          (select (i32.const 4096) (i32.const 0) (i32.le_u (global.get $calls) (i32.const ${batches}))))`,
    }),
    ...(['processor', 'traces', MEBIBYTE] as const),
  );

/** Restarts after each call, under both runners. */
async function restartsAfterCalls(batches: number, calls: number): Promise<number[][]> {
  const guest = await fullAfter(batches);
  const runner = createRunner(() => startInline(guest, OPTIONS));
  const direct = createDirectRunner(() => {
    const instance = new GuestInstance(guest, OPTIONS);
    instance.start();
    return instance;
  });
  const restarts: number[][] = [];
  for (let call = 0; call < calls; call++) {
    await runner.consume(BATCH);
    direct.run(instance => instance.consume(BATCH));
    restarts.push([runner.restarts, direct.restarts]);
  }
  return restarts;
}

describe('an instance whose alloc fails', () => {
  it('is replaced after 16 failures in a row if alloc succeeded before', async () => {
    const restarts = await restartsAfterCalls(2, 19);
    assert.deepEqual(restarts.slice(-2), [
      [0, 0],
      [1, 1],
    ]);
  });

  it('is kept if alloc never succeeded, because a replacement would fail too', async () => {
    assert.deepEqual((await restartsAfterCalls(0, 40)).at(-1), [0, 0]);
  });
});
