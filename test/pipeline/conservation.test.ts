import assert from 'node:assert/strict';
import fc from 'fast-check';
import { guest } from '../support/guests';
import { tracesOf } from '../support/spans';
import { balance, piped, recordingSink, REFUSED } from './piped';
import { owned } from '../../src/abi';

/** What a span tells the guest to do; most are harmless. */
const word = fc.oneof(
  { weight: 190, arbitrary: fc.constant('') },
  { weight: 60, arbitrary: fc.constantFrom('TRAP', 'EXIT', 'REFU', 'GARB', 'GROW', 'NONE', 'TWIN') },
  { weight: 1, arbitrary: fc.constant('LOOP') },
);

const batches = fc.array(fc.array(word, { minLength: 0, maxLength: 12 }), { minLength: 1, maxLength: 5 });

const options = fc.record({
  onError: fc.constantFrom('drop' as const, 'passthrough' as const),
  maxPendingBytes: fc.constantFrom(1, 2_000, 2 ** 26),
  checkOutput: fc.constantFrom('envelopes', 'items'),
  guestTimeoutMillis: fc.constant(250),
  startTimeoutMillis: fc.constant(10_000),
  restart: fc.constant({ initialDelayMillis: 5, maxDelayMillis: 10 }),
});

describe('every item is counted', () => {
  let obeys: Uint8Array;
  let echoes: Uint8Array;
  before(async () => {
    obeys = await guest('obeysSpanNames');
    echoes = await guest('echoes');
  });

  it('itemsIn + itemsAdded = itemsOut + itemsDropped + itemsFailed, for failures of guests and sink', async () => {
    await fc.assert(
      fc.asyncProperty(
        batches,
        options,
        fc.boolean(),
        fc.boolean(),
        fc.option(
          fc.record({ items: fc.integer({ min: 1, max: 12 }), delayMillis: fc.constantFrom(1, 1_000) }),
          {
            nil: undefined,
          },
        ),
        fc.array(fc.constantFrom('sent', 'refused', 'partly'), { minLength: 5, maxLength: 5 }),
        async (all, settings, atOnce, chained, coalescing, answers) => {
          const queue = [...answers];
          const sink = recordingSink(async () => {
            const answer = queue.shift();
            if (answer === 'refused') return REFUSED;
            return answer === 'partly' ? { ...REFUSED, items: 1 } : { status: 'sent' };
          });
          const { pipeline } = piped(chained ? [echoes, obeys] : obeys, settings, sink, coalescing);
          const payloads = all.map((words, batch) =>
            tracesOf(...words.map((text, index) => `${batch}.${index} ${text}`)),
          );
          if (atOnce) await Promise.all(payloads.map(payload => pipeline.send(owned(payload))));
          else for (const payload of payloads) await pipeline.send(owned(payload));
          // It tells when what was held is refused.
          await pipeline.shutdown().catch(error => assert.equal(error, REFUSED.error));
          const { stats } = pipeline;
          const { before, after } = balance(stats);
          assert.equal(before, after, JSON.stringify(stats));
          assert.equal(stats.itemsIn, all.flat().length);
          assert.ok(stats.itemsOut <= sink.names.length);
          const harmless = all.flat().every(text => text === '' || text === 'TWIN');
          if (harmless && !atOnce) assert.equal(Object.keys(stats.errors).length, 0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('only the offending item of a batch is lost', async () => {
    const deadly = fc.constantFrom('TRAP', 'EXIT', 'GROW');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.tuple(fc.nat(199), deadly), { maxLength: 3 }),
        async (count, poisons) => {
          const words = new Map(poisons.map(([place, text]) => [place % count, text]));
          const all = Array.from({ length: count }, (_, index) => `${index} ${words.get(index) ?? ''}`);
          const { pipeline, sink } = piped(obeys, { guestTimeoutMillis: 10_000 });
          await pipeline.send(owned(tracesOf(...all)));
          const good = all.filter((_, index) => !words.has(index));
          // Too many in a row and nothing else first: then it is the guest that is broken.
          if (good.length > 0 && words.size < 3) assert.deepEqual(sink.names, good);
          assert.ok(pipeline.stats.restarts <= 64);
        },
      ),
      { numRuns: 60 },
    );
  });
});
