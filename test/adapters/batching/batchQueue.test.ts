import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mock } from 'node:test';
import type { OtelWasmError } from '../../../src/abi';
import { BatchQueue } from '../../../src/adapters/batching/batchQueue';
import { createResource, type ReadableSpan, type Resource } from '../../../src/otel';
import { BatchEncoder } from '../../../src/otlp';
import type { SendOutcome } from '../../../src/sink';
import { piped, recordingSink, REFUSED } from '../../pipeline/piped';
import { guest } from '../../support/guests';
import { spansNamed } from '../../support/spans';

describe('BatchQueue', () => {
  const DEFAULTS = {
    maxQueueSize: 10,
    maxExportBatchSize: 4,
    scheduledDelayMillis: 3_600_000,
    exportTimeoutMillis: 10_000,
  };

  /** A queue whose next consumer answers at once, or each time the test emits `release`. */
  async function queueOf(
    options: Partial<typeof DEFAULTS> = {},
    held = false,
    isDropped?: (span: ReadableSpan) => boolean,
  ) {
    const events = new EventEmitter();
    const errors: OtelWasmError[] = [];
    const answer: SendOutcome = { status: 'sent' };
    const sink = recordingSink(() => {
      events.emit('sent');
      if (!held) return Promise.resolve(answer);
      return new Promise(resolve => events.once('release', () => resolve(answer)));
    });
    const { pipeline } = piped(await guest('unchanged'), { exportTimeoutMillis: 10_000 }, sink);
    const batches: number[] = [];
    let newest: BatchEncoder<ReadableSpan> | undefined;
    const queue = new BatchQueue<ReadableSpan>({
      pipeline,
      options: { ...DEFAULTS, ...options },
      createEncoder: () => {
        const encoder = (newest = BatchEncoder.forSpans());
        const finish = encoder.finish.bind(encoder);
        encoder.finish = () => {
          batches.push(encoder.items);
          return finish();
        };
        return encoder;
      },
      onLost: error => errors.push(error),
      isDropped,
    });
    const add = (count: number, resource?: Resource): void => {
      for (const span of spansNamed(...Array.from({ length: count }, (_, index) => `span ${index}`)))
        queue.add(resource === undefined ? span : Object.create(span, { resource: { value: resource } }));
    };
    /** Until so many items are out. */
    const release = async (items: number): Promise<void> => {
      while (pipeline.stats.itemsOut < items) {
        events.emit('release');
        await new Promise(setImmediate);
      }
    };
    return { queue, pipeline, sink, events, batches, errors, add, release, encoded: () => newest?.items };
  }

  it('sends full batches at once, one at a time, holds one more and counts dropped items', async () => {
    const { queue, pipeline, batches, add, release } = await queueOf({}, true);
    add(20);
    assert.deepEqual(batches, [4], 'the second batch waits for the first');
    assert.deepEqual(pipeline.stats.itemsFailed, { QUEUE_FULL: 2 });
    const flushed = queue.forceFlush();
    assert.deepEqual(batches, [4, 4, 4, 4, 2], 'a flush sends all that waits');
    await release(18);
    await flushed;
  });

  for (const [items, sender] of [
    [2, 'the flush'],
    [4, 'the queue'],
  ] as const) {
    it(`waits until resources are detected before ${sender} sends, and a flush waits too`, async () => {
      let settle: () => void = () => undefined;
      const settled = new Promise<void>(resolve => (settle = resolve));
      const resource: Resource = Object.assign(Object.create(createResource({})), {
        asyncAttributesPending: true,
        waitForAsyncAttributes: () => settled,
      });
      const { queue, batches, add } = await queueOf();
      add(items, resource);
      let isFlushed = false;
      const flushed = queue.forceFlush().then(() => (isFlushed = true));
      await new Promise(setImmediate);
      assert.deepEqual([batches, isFlushed], [[], false]);
      settle();
      await flushed;
      assert.deepEqual(batches, [items]);
    });
  }

  it('sends an incomplete batch after scheduledDelayMillis, and the next one', async () => {
    const { events, add } = await queueOf({ scheduledDelayMillis: 5 });
    for (let batch = 0; batch < 2; batch++) {
      const sent = once(events, 'sent');
      add(1);
      await sent;
    }
  });

  it('logs a batch that took too long without a waiter, then sends the next', async () => {
    const { errors, batches, add } = await queueOf({ exportTimeoutMillis: 20 }, true);
    add(8);
    while (errors.length < 2) await new Promise(resolve => setTimeout(resolve, 1));
    assert.deepEqual(
      errors.map(({ code }) => code),
      ['EXPORT_TIMEOUT', 'EXPORT_TIMEOUT'],
    );
    assert.deepEqual(batches, [4, 4]);
  });

  it('reports a rejected batch to the waiting caller, or without one to the app', async () => {
    const { queue, sink, errors, add } = await queueOf();
    mock.method(sink, 'send', () => Promise.resolve(REFUSED));
    add(1);
    await assert.rejects(queue.forceFlush(), REFUSED.error);
    assert.deepEqual(errors, []);
    add(4);
    await queue.forceFlush();
    assert.deepEqual(errors, [REFUSED.error]);
  });

  it('counts an item that cannot be encoded, and sends the others', async () => {
    const { queue, pipeline, add } = await queueOf();
    const [span] = spansNamed('thrower');
    queue.add(Object.create(span, { name: { get: () => assert.fail('no name') } }));
    add(2);
    await queue.forceFlush();
    assert.deepEqual([pipeline.stats.itemsOut, pipeline.stats.itemsFailed], [2, { ENCODE: 1 }]);
  });

  it('restarts the schedule after a flush', async () => {
    const { queue, batches, add } = await queueOf({ scheduledDelayMillis: 10 });
    add(1);
    // Timers of one duration fire in their order: after the first batch would have been due, before the second is.
    const between = new Promise<number[]>(resolve => setTimeout(() => resolve([...batches]), 10));
    await queue.forceFlush();
    add(1);
    assert.deepEqual(await between, [1]);
  });

  it('accepts nothing after shutdown', async () => {
    const { queue, sink, batches, add } = await queueOf();
    add(1);
    await queue.forceFlush();
    add(2);
    const shutdown = queue.shutdown();
    add(5);
    await shutdown;
    assert.equal(queue.shutdown(), shutdown);
    assert.deepEqual(
      [batches, sink.events],
      [
        [1, 2],
        ['flush', 'shutdown'],
      ],
    );
  });

  it('fills batches with items that the guest would keep, and evaluates each item once', async () => {
    const asked: string[] = [];
    const isOdd = ({ name }: ReadableSpan): boolean => {
      asked.push(name);
      return /[13579]$/.test(name);
    };
    const { queue, pipeline, batches, add } = await queueOf({ maxQueueSize: 6 }, true, isOdd);
    add(7);
    assert.deepEqual(batches, [4]);
    add(13);
    const { itemsIn, itemsDropped, itemsFailed } = pipeline.stats;
    assert.deepEqual([itemsIn - 4, itemsDropped, itemsFailed], [itemsDropped, 8, {}]);
    void queue.forceFlush();
    assert.deepEqual(batches, [4, 4, 3]);
    assert.equal(asked.length, 20);
  });

  it('encodes in parts, without the item that was added last', async () => {
    const { queue, add, events, pipeline, encoded } = await queueOf({
      maxQueueSize: 512,
      maxExportBatchSize: 512,
    });
    add(64);
    assert.equal(encoded(), 0);
    add(1);
    assert.equal(encoded(), 64);
    add(64);
    assert.equal(encoded(), 128);
    const sent = once(events, 'sent');
    add(512 - 129);
    await sent;
    await queue.forceFlush();
    assert.deepEqual([pipeline.stats.itemsOut, encoded()], [512, 0]);
  });

  it('loses no item when a getter of another adds and flushes', async () => {
    const { queue, pipeline, sink, batches } = await queueOf({ maxQueueSize: 512, maxExportBatchSize: 128 });
    const flushes: Promise<void>[] = [];
    const names = Array.from({ length: 200 }, (_, index) => `span ${index}`);
    for (const span of spansNamed(...names)) {
      const [inside] = spansNamed(`inside ${span.name}`);
      const get = (): string => {
        queue.add(inside);
        flushes.push(queue.forceFlush());
        return span.name;
      };
      queue.add(Object.create(span, { name: { get } }));
    }
    await queue.forceFlush();
    await Promise.all(flushes);
    await queue.forceFlush();
    const { itemsIn, itemsOut, itemsFailed } = pipeline.stats;
    assert.deepEqual([itemsIn, itemsOut, itemsFailed, flushes.length], [400, 400, {}, 200]);
    assert.ok(batches.every(items => items <= 128));
    assert.deepEqual(sink.names.sort(), [...names, ...names.map(name => `inside ${name}`)].sort());
  });

  it('loses no item that a getter adds while the drop conditions are evaluated', async () => {
    const inside = spansNamed('inside');
    const { queue, sink, add } = await queueOf({}, false, () => {
      for (const span of inside.splice(0)) queue.add(span);
      return false;
    });
    add(2);
    await queue.forceFlush();
    assert.deepEqual(sink.names, ['span 0', 'span 1', 'inside']);
  });

  it('counts items that a getter adds to a full queue as QUEUE_FULL', async () => {
    const { queue, pipeline, add } = await queueOf();
    const [span] = spansNamed('outside');
    const get = (): string => {
      add(20);
      return span.name;
    };
    queue.add(Object.create(span, { name: { get } }));
    await queue.forceFlush();
    assert.deepEqual([pipeline.stats.itemsOut, pipeline.stats.itemsFailed], [11, { QUEUE_FULL: 10 }]);
  });

  it('keeps the process alive only while a caller waits', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length;
    const { queue, add, release } = await queueOf({}, true);
    const before = timers();
    add(4);
    assert.equal(timers(), before);
    add(1);
    const flushed = queue.forceFlush();
    assert.equal(timers(), before + 1);
    await release(5);
    await flushed;
  });

  it('loses no item when a getter of the resource adds as many as one part holds', async () => {
    const { queue, pipeline, sink } = await queueOf({ maxQueueSize: 512, maxExportBatchSize: 512 });
    const [span] = spansNamed('outside');
    const inside = spansNamed(...Array.from({ length: 130 }, (_, index) => `inside ${index}`));
    const resource = createResource({});
    const get = (): object => {
      for (const one of inside.splice(0)) queue.add(one);
      return {};
    };
    const resourceThatAdds = Object.create(resource, { attributes: { get } }) as Resource;
    queue.add(Object.create(span, { resource: { value: resourceThatAdds } }) as ReadableSpan);
    await queue.forceFlush();
    assert.deepEqual([sink.names.length, pipeline.stats.itemsOut], [131, 131]);
  });
});
