import type { LinearMemory } from '../wasm';
import { putU64 } from './memoryAccess';
import { ERRNO } from './errno';

/** Where time comes from, in nanoseconds. */
export interface Clocks {
  /** Since 1970. */
  realtime(): bigint;
  /** Since any fixed moment; never goes back. */
  monotonic(): bigint;
}

/** `clockid` of preview 1. The two CPU-time clocks (2 and 3) would expose the host: EINVAL. */
const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;

const NANOS_PER_MILLI = 1_000_000n;

/** Guests read times as signed 64-bit numbers. */
const END_OF_TIME = 2n ** 63n - 1n;

const HOST_CLOCKS: Clocks = {
  realtime: () => wholeMillis(Date.now()) * NANOS_PER_MILLI,
  monotonic: () => process.hrtime.bigint(),
};

const RESOLUTION = new Map([
  [CLOCK_REALTIME, NANOS_PER_MILLI],
  [CLOCK_MONOTONIC, 1n],
]);

/** Tests of the app may replace `Date.now` by a clock that returns fractions, or no number. */
function wholeMillis(millis: number): bigint {
  return Number.isFinite(millis) ? BigInt(Math.floor(millis)) : 0n;
}

/** Blocks this thread. The cell is private, so nothing wakes it early. */
function sleepThread(millis: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
}

/** A guest's clocks, and its sleep. */
export class WasiClocks {
  #skippedNanos = 0n;

  constructor(
    private readonly memory: LinearMemory,
    private readonly sleepMillis: (millis: number) => void = sleepThread,
    private readonly clocks: Clocks = HOST_CLOCKS,
  ) {}

  /** Nanoseconds on that clock; undefined for a clock that is not offered. */
  now(id: number): bigint | undefined {
    if (id === CLOCK_REALTIME) return this.clocks.realtime();
    if (id !== CLOCK_MONOTONIC) return undefined;
    const now = this.clocks.monotonic() + this.#skippedNanos;
    return now < END_OF_TIME ? now : END_OF_TIME;
  }

  /**
   * Sleeps, and returns the nanoseconds that passed: never less than requested. When the host woke the guest early (a
   * receiver's shutdown), the guest's monotonic clock skips the rest. Otherwise Go would see that the time is not up
   * and sleep again, without checking its shutdown flag. The real-time clock stays correct.
   */
  sleep(nanos: bigint): bigint {
    const before = this.clocks.monotonic();
    this.sleepMillis(Number(nanos) / 1e6);
    const passed = this.clocks.monotonic() - before;
    if (passed >= nanos) return passed;
    this.#skippedNanos += nanos - passed;
    return nanos;
  }

  /** Nanoseconds of the host's own monotonic clock, for the host's limits. Guests cannot move it. */
  hostNanos(): bigint {
    return this.clocks.monotonic();
  }

  timeGet(id: number, result: number): number {
    const now = this.now(id);
    return now === undefined ? ERRNO.EINVAL : putU64(this.memory, result, now);
  }

  resolutionGet(id: number, result: number): number {
    const resolution = RESOLUTION.get(id);
    return resolution === undefined ? ERRNO.EINVAL : putU64(this.memory, result, resolution);
  }
}
