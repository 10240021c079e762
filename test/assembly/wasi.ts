import { randomFillSync } from 'node:crypto';
import type { Guest } from './harness';

const MONOTONIC = 1;

/**
 * The WASI functions that guests of the SDK use, besides output. Time is the test's own: sleeping moves the clock and nothing
 * waits. `onSleep` is told how long the guest wanted to sleep.
 */
export function wasi(guest: Guest, onSleep: (millis: number) => void = () => {}): WebAssembly.ModuleImports {
  let nanos = 0n;
  const view = () => new DataView(guest.memory.buffer);
  return {
    clock_time_get(clock: number, _precision: bigint, out: number): number {
      view().setBigUint64(out, nanos + (clock === MONOTONIC ? 0n : 1_700_000_000_000_000_000n), true);
      return 0;
    },
    random_get(pointer: number, size: number): number {
      randomFillSync(new Uint8Array(guest.memory.buffer, pointer, size));
      return 0;
    },
    poll_oneoff(subscription: number, _events: number, count: number, out: number): number {
      const timeout = view().getBigUint64(subscription + 24, true);
      nanos += timeout;
      onSleep(Number(timeout / 1_000_000n));
      view().setUint32(out, count, true);
      return 0;
    },
  };
}
