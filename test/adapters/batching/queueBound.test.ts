import assert from 'node:assert/strict';
import { QueueBound } from '../../../src/adapters/batching/queueBound';
import { guest } from '../../support/guests';
import { piped } from '../../pipeline/piped';

describe('QueueBound', () => {
  const admitted = (queue: QueueBound, tries: number): number =>
    Array.from({ length: tries }, () => queue.admit()).filter(Boolean).length;

  it('lets maxQueueSize and one batch in, and counts the others', async () => {
    const { pipeline } = piped(await guest('unchanged'));
    const queue = new QueueBound(pipeline, 10, 4);
    assert.equal(admitted(queue, 20), 14);
    assert.deepEqual(pipeline.stats.itemsFailed, { QUEUE_FULL: 6 });
    assert.equal(pipeline.stats.itemsIn, 6);
    queue.arrived(4);
    assert.equal(admitted(queue, 20), 4);
  });

  it('does not count what a flush took out as room made by later items', async () => {
    const { pipeline } = piped(await guest('unchanged'));
    const queue = new QueueBound(pipeline, 10, 4);
    admitted(queue, 14);
    queue.flushing();
    assert.equal(admitted(queue, 20), 14);
    queue.arrived(14);
    assert.equal(admitted(queue, 1), 0);
    queue.arrived(4);
    assert.equal(admitted(queue, 20), 4);
  });
});
