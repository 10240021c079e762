import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { OwnedBytes } from '../../src/abi';
import { BufferPool } from '../../src/guest/bufferPool';
import { bytes, started } from '../sandbox/fuel/instantiated';

const filled = (value: number, length: number) => new Uint8Array(length).fill(value);

describe('results of a guest', () => {
  it('stay unchanged until released, whatever results follow', () => {
    const steps = fc.array(fc.tuple(fc.nat(300), fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(steps, given => {
        const buffers = new BufferPool();
        const kept: [copy: OwnedBytes, original: Uint8Array][] = [];
        given.forEach(([length, isGivenBack], index) => {
          const original = filled(index % 256, length);
          const copy = buffers.copy(original);
          assert.deepEqual(copy.bytes, original);
          if (isGivenBack) copy.release();
          else kept.push([copy, original]);
        });
        for (const [copy, original] of kept) assert.deepEqual(copy.bytes, original);
      }),
    );
  });

  it('reuse a released buffer if they fit', async () => {
    const { instance } = await started('echoes');
    const first = instance.consume(bytes(1, 2, 3));
    assert.ok(first.status === 'changed');
    const second = instance.consume(bytes(4, 5, 6));
    assert.ok(second.status === 'changed');
    assert.notEqual(second.bytes.buffer, first.bytes.buffer);
    first.release();
    first.release();
    const third = instance.consume(bytes(7, 8));
    assert.ok(third.status === 'changed');
    assert.equal(third.bytes.buffer, first.bytes.buffer);
    assert.deepEqual([...third.bytes], [7, 8]);
    assert.deepEqual([...second.bytes], [4, 5, 6]);
    const fourth = instance.consume(bytes(9));
    assert.ok(fourth.status === 'changed');
    assert.notEqual(fourth.bytes.buffer, third.bytes.buffer, 'released twice, pooled once');
  });

  it('are joined from parts, with spare capacity once buffers are reused', () => {
    const buffers = new BufferPool();
    const first = buffers.copy(bytes(1, 2), bytes(3), bytes(4));
    assert.deepEqual([[...first.bytes], first.bytes.buffer.byteLength], [[1, 2, 3, 4], 4]);
    first.release();
    assert.equal(buffers.copy(filled(5, 10)).bytes.buffer.byteLength, 13);
  });

  it('leave at most two buffers in the pool and no large one', () => {
    const buffers = new BufferPool();
    const given = [1, 2, 3].map(value => buffers.copy(bytes(value)));
    const large = buffers.copy(filled(4, 4 * 2 ** 20 + 1));
    for (const copy of [large, ...given]) copy.release();
    const taken = [1, 2, 3].map(value => buffers.copy(bytes(value)).bytes.buffer);
    assert.equal(taken.filter(buffer => given.some(copy => copy.bytes.buffer === buffer)).length, 2);
    assert.ok(!taken.includes(large.bytes.buffer));
  });

  it('are pooled up to 4 MiB, except transferred buffers', () => {
    const buffers = new BufferPool();
    const moved = [buffers.copy(bytes(1)), buffers.copy(bytes(2))];
    const largest = buffers.copy(filled(3, 4 * 2 ** 20));
    for (const { bytes, release } of moved) {
      structuredClone(bytes, { transfer: [bytes.buffer] });
      release();
    }
    largest.release();
    assert.ok(buffers.copy(bytes(4)).bytes.buffer === largest.bytes.buffer);
  });
});
