import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { AdapterStats } from '../../src/pipeline';
import { balance, piped, type RecordingSink } from '../pipeline/piped';
import { names, tracesOf } from '../support/spans';
import { owned } from '../../src/abi';

type Options = NonNullable<Parameters<typeof piped>[1]>;

/** Short enough for many attacks, long enough that a loaded machine is not taken for one. */
export const LIMIT_MILLIS = 150;

/** How much later than the limit a timer may come. */
export const GRACE_MILLIS = 100;

export interface Attack {
  readonly stats: AdapterStats;
  readonly sink: RecordingSink;
  /** The longest that a timer came late while the guest ran, in milliseconds. */
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
    guestTimeoutMillis: LIMIT_MILLIS,
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

/** Watches a timer of this thread; the answer stops it and says how late it came at worst. */
export function watchTimers(): () => Promise<number> {
  const EVERY_MILLIS = 5;
  let last = performance.now();
  let latest = 0;
  const look = (): void => {
    const now = performance.now();
    latest = Math.max(latest, now - last - EVERY_MILLIS);
    last = now;
  };
  const timer = setInterval(look, EVERY_MILLIS).unref();
  return async () => {
    await delay(EVERY_MILLIS + 1);
    look();
    clearInterval(timer);
    return latest;
  };
}
