import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import type { OtelWasmError } from '../../src/abi/errors';
import { concatBytes } from '../../src/otlp';
import { createPipeline, type Guests, type Pipeline } from '../../src/pipeline';
import { Coalescer } from '../../src/pipeline/coalescer';
import { SENT } from '../../src/sink';
import { exampleGuest } from '../adapters/guestFor';
import { guest } from '../support/guests';
import { tracesOf } from '../support/spans';
import { balance, recordingSink, REFUSED, type RecordingSink } from './piped';
import { owned } from '../../src/abi';
import { runs } from '../support/runs';

const FULL = 8;
/** Longer than any test takes. */
const NEVER_MILLIS = 600_000;

/** A batch of one byte an item, which its result still is. */
const result = (items: number, byte = 0): Uint8Array => new Uint8Array(items).fill(byte);

describe('coalescer', () => {
  /** A coalescing that keeps what it sends, as `[bytes, items]`, and what it tells as lost. */
  function coalescerWith({ items = FULL, delayMillis = NEVER_MILLIS, answer = SENT } = {}) {
    const sent: [Uint8Array, number][] = [];
    const lost: OtelWasmError[] = [];
    let arrived = (): void => undefined;
    const coalescing = new Coalescer(
      { items, delayMillis },
      ({ bytes }, count) => {
        sent.push([bytes, count]);
        arrived();
        return Promise.resolve(answer);
      },
      error => void lost.push(error),
    );
    const next = (): Promise<void> => new Promise(resolve => (arrived = resolve));
    return { coalescing, sent, lost, next };
  }

  it('holds small results of full batches until the next would not fit', async () => {
    const { coalescing, sent } = coalescerWith();
    for (const byte of [1, 2]) assert.equal(await coalescing.add(owned(result(3, byte)), 3, FULL), SENT);
    assert.deepEqual(sent, []);
    await coalescing.add(owned(result(3, 3)), 3, FULL);
    assert.deepEqual(sent, [[Uint8Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3), 9]]);
  });

  it('does not hold few items of many bytes, which would fill memory', async () => {
    const { coalescing, sent } = coalescerWith({ items: 1_000 });
    const large = new Uint8Array(2 ** 22 / 3);
    for (let batch = 0; batch < 3; batch++) await coalescing.add(owned(large), 1, 1_000);
    assert.deepEqual(
      sent.map(([bytes, items]) => [bytes.length, items]),
      [[3 * large.length, 3]],
    );
    await coalescing.add(owned(large), 1, 1_000);
    assert.equal(sent.length, 1);
  });

  it('holds half a batch for another that is up to an eighth larger', async () => {
    const { coalescing, sent } = coalescerWith({ items: 100 });
    await coalescing.add(owned(result(56)), 56, 100);
    assert.deepEqual(sent, []);
    const other = coalescerWith({ items: 100 });
    await other.coalescing.add(owned(result(57)), 57, 100);
    assert.equal(other.sent.length, 1);
  });

  it('passes the bytes of a single result without a copy', async () => {
    const { coalescing, sent } = coalescerWith();
    const bytes = result(FULL);
    await coalescing.add(owned(bytes), FULL, FULL);
    assert.equal(sent[0][0], bytes);
  });

  it('sends all held results with the result of an incomplete batch', async () => {
    const { coalescing, sent } = coalescerWith();
    await coalescing.add(owned(result(2, 1)), 2, FULL);
    await coalescing.add(owned(result(1, 2)), 1, FULL - 1);
    assert.deepEqual(sent, [[Uint8Array.of(1, 1, 2), 3]]);
  });

  it('sends held results when their time is up, and later results in their time', async () => {
    const { coalescing, sent, next } = coalescerWith({ delayMillis: 5 });
    for (const byte of [1, 2]) {
      const arrival = next();
      await coalescing.add(owned(result(1, byte)), 1, FULL);
      await arrival;
    }
    assert.deepEqual(
      sent.map(([bytes]) => bytes),
      [Uint8Array.of(1), Uint8Array.of(2)],
    );
  });

  it('measures the time from the first held result, not from the last', async () => {
    const { coalescing, sent } = coalescerWith({ delayMillis: 40 });
    const until = performance.now() + 5_000;
    for (; sent.length === 0 && performance.now() < until; await setTimeout(10)) {
      // Each of no items, so that only the time can send them.
      await coalescing.add(owned(new Uint8Array(0)), 0, FULL);
    }
    assert.equal(sent.length, 1);
  });

  it('reports the outcome of each send; losses without a waiter are reported as lost', async () => {
    const { coalescing, lost, next } = coalescerWith({ delayMillis: 5, answer: REFUSED });
    assert.equal(await coalescing.add(owned(result(2)), 2, FULL), SENT);
    assert.equal(await coalescing.flush(), REFUSED);
    assert.equal(await coalescing.flush(), SENT);
    assert.equal(await coalescing.add(owned(result(1)), 1, 1), REFUSED);
    assert.deepEqual(lost, []);
    const arrival = next();
    await coalescing.add(owned(result(2)), 2, FULL);
    await arrival;
    await setTimeout(0);
    assert.deepEqual(lost, [REFUSED.error]);
  });

  it('holds nothing after close', async () => {
    const { coalescing, sent } = coalescerWith();
    await coalescing.add(owned(result(1, 1)), 1, FULL);
    await coalescing.close();
    await coalescing.add(owned(result(1, 2)), 1, FULL);
    assert.deepEqual(
      sent.map(([bytes]) => bytes),
      [Uint8Array.of(1), Uint8Array.of(2)],
    );
  });

  it('sends every byte once, in order, in requests of at most 1.125 batches and one result', async () => {
    const batch = fc.record({
      bytes: fc.uint8Array({ maxLength: 20 }),
      items: fc.nat(2 * FULL),
      itemsBefore: fc.constantFrom(FULL, FULL, FULL, FULL + 1, FULL - 1, 1),
    });
    const action = fc.oneof({ weight: 8, arbitrary: batch }, fc.constantFrom('flush' as const));
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async actions => {
        const { coalescing, sent } = coalescerWith();
        const added: Uint8Array[] = [];
        let largest = 0;
        for (const what of actions) {
          if (what === 'flush') await coalescing.flush();
          else {
            await coalescing.add(owned(what.bytes), what.items, what.itemsBefore);
            added.push(what.bytes);
            largest = Math.max(largest, what.items);
          }
        }
        await coalescing.close();
        assert.deepEqual(concatBytes(sent.map(([bytes]) => bytes)), concatBytes(added));
        const expected = actions.reduce((sum, what) => sum + (what === 'flush' ? 0 : what.items), 0);
        assert.equal(
          sent.reduce((sum, [, items]) => sum + items, 0),
          expected,
        );
        for (const [, items] of sent) assert.ok(items <= 1.125 * FULL + largest, `${items} items`);
      }),
      { numRuns: runs(300) },
    );
  });

  describe('in a pipeline', () => {
    const filter = { guest: exampleGuest('filter'), pluginConfig: { drop: [{ name: { prefix: 'drop' } }] } };
    /** A full batch of which half is dropped. */
    const full = (name: string): Uint8Array =>
      tracesOf(...Array.from({ length: FULL }, (_, index) => (index % 2 === 0 ? name : 'drop')));
    const half = (name: string): string[] => Array.from({ length: FULL / 2 }, () => name);

    const piped = (guests: Guests, sink: RecordingSink): Pipeline =>
      createPipeline(
        'processor',
        'traces',
        guests,
        sink,
        { exportTimeoutMillis: 200, startTimeoutMillis: 10_000, guestTimeoutMillis: 10_000 },
        'test',
        { items: FULL, delayMillis: NEVER_MILLIS },
      );

    it('a flush waits for results held before it, even when they leave with a later batch', async () => {
      const releases: (() => void)[] = [];
      const sink = recordingSink(() => new Promise(resolve => releases.push(() => resolve(SENT))));
      const pipeline = piped(filter, sink);
      const first = pipeline.send(owned(tracesOf('alone')));
      await pipeline.send(owned(full('held')));
      const flushed = pipeline.forceFlush().then(() => sink.events.push('flushed'));
      const last = pipeline.send(owned(tracesOf('last')));
      await until(() => releases.length === 2);
      releases[0]();
      await first;
      await setTimeout(5);
      assert.deepEqual(sink.events, []);
      releases[1]();
      await Promise.all([last, flushed]);
      assert.deepEqual(sink.names, ['alone', ...half('held'), 'last']);
      assert.deepEqual(sink.events, ['flush', 'flushed']);
      await pipeline.shutdown();
    });

    it('a result that arrives after an abandoned shutdown is not held', async () => {
      const sink = recordingSink();
      const sleeps = { guest: await guest('worker/takesItsTime'), isolation: 'worker' } as const;
      const pipeline = piped([filter, sleeps], sink);
      await pipeline.ready();
      const late = pipeline.send(owned(full('late')));
      await assert.rejects(pipeline.shutdown(), { code: 'EXPORT_TIMEOUT' });
      assert.deepEqual(sink.events, ['shutdown']);
      await late;
      assert.deepEqual(sink.names, half('late'));
      assert.deepEqual(balance(pipeline.stats), { before: FULL, after: FULL });
    });
  });
});

async function until(found: () => boolean): Promise<void> {
  for (let tick = 0; tick < 2_000 && !found(); tick++) await setTimeout(1);
  assert.ok(found());
}
