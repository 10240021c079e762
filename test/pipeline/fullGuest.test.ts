import assert from 'node:assert/strict';
import { guestWith } from '../support/guests';
import { names, tracesOf } from '../support/spans';
import { balance, piped } from './piped';
import { owned } from '../../src/abi';

/** Has room for `batches` batches, and never again: a heap of its own that leaks. */
const fullAfter = (batches: number): Promise<Uint8Array> =>
  guestWith({
    alloc: `(global $served (mut i32) (i32.const 0))
      (func (export "alloc") (param i32) (result i32)
        (global.set $served (i32.add (global.get $served) (i32.const 1)))
        (if (result i32) (i32.gt_u (global.get $served) (i32.const ${batches}))
          (then (i32.const 0)) (else (i32.const 4096))))`,
  });

describe('a guest with a full heap', () => {
  it('is replaced, and the new instance takes the waiting batches', async () => {
    const { pipeline, sink } = piped(await fullAfter(40));
    for (let batch = 0; batch < 60; batch++) await pipeline.send(owned(tracesOf(...names(64))));
    const { itemsOut, itemsFailed, restarts } = pipeline.stats;
    assert.ok(restarts >= 1 && restarts < 20, `${restarts} restarts`);
    assert.equal(itemsOut + (itemsFailed.ALLOC_FAILED ?? 0), 60 * 64);
    assert.ok(itemsOut > 60 * 60, `${itemsOut} of ${60 * 64} items arrived`);
    assert.equal(sink.names.length, itemsOut);
    const { before, after } = balance(pipeline.stats);
    assert.equal(before, after);
  });

  it('is not replaced when it never could allocate', async () => {
    const { pipeline } = piped(await fullAfter(0));
    await pipeline.send(owned(tracesOf(...names(64))));
    assert.equal(pipeline.stats.restarts, 0);
    assert.equal(pipeline.stats.itemsFailed.ALLOC_FAILED, 64);
  });
});
