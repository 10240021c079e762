import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { AdapterStats } from '../../src/pipeline';
import { balance, piped, type RecordingSink } from '../pipeline/piped';
import { watchTimers } from '../support/lateTimers';
import { names, tracesOf } from '../support/spans';
import { owned } from '../../src/abi';

type Options = NonNullable<Parameters<typeof piped>[1]>;

/** For guests that take longer than any limit: short enough for many attacks. */
export const LIMIT_MILLIS = 60;

/** For the others: a loaded machine is not taken for an attack. */
const PATIENT_MILLIS = 10_000;

/** How much later than the limit a timer may come. */
export const GRACE_MILLIS = 100;

export interface Attack {
  readonly stats: AdapterStats;
  readonly sink: RecordingSink;
  /** The longest that a timer came late while the guest ran, in milliseconds: see `watchTimers`. */
  readonly latestMillis: number;
}

/**
 * Sends batches of spans through a guest, one after the other, shuts it down, and checks what holds whatever the guest
 * does: nothing is thrown, nothing hangs, every item is accounted for.
 */
export async function attack(
  guest: Uint8Array,
  options: Options = {},
  batches = 3,
  spans = 4,
): Promise<Attack> {
  const timers = watchTimers();
  const { pipeline, sink } = piped(guest, {
    guestTimeoutMillis: PATIENT_MILLIS,
    maxMemoryBytes: 2 ** 24,
    restart: { initialDelayMillis: 1, maxDelayMillis: 1 },
    ...options,
  });
  await pipeline.ready().catch(() => undefined);
  for (let batch = 0; batch < batches; batch++) {
    await pipeline.send(owned(tracesOf(...names(spans))));
    await delay(2);
  }
  await pipeline.shutdown().catch(() => undefined);
  const { stats } = pipeline;
  const { before, after } = balance(stats);
  assert.equal(before, after, JSON.stringify(stats));
  assert.equal(stats.itemsIn, batches * spans);
  return { stats, sink, latestMillis: await timers() };
}
