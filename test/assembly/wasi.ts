import { randomFillSync } from 'node:crypto';
import type { Guest } from './harness';

const MONOTONIC = 1;
const STDOUT = 1;
const BAD_FILE_DESCRIPTOR = 8;

/**
 * The four WASI functions that guests of the SDK use. Time is the test's own: sleeping moves the clock and nothing
 * waits. `onSleep` is told how long the guest wanted to sleep.
 */
export function wasi(guest: Guest, onSleep: (millis: number) => void = () => {}): WebAssembly.Imports {
  let nanos = 0n;
  const view = () => new DataView(guest.memory.buffer);
  return {
    wasi_snapshot_preview1: {
      fd_write(fd: number, vectors: number, count: number, written: number): number {
        if (fd !== STDOUT) return BAD_FILE_DESCRIPTOR;
        let size = 0;
        for (let i = 0; i < count; i++) {
          const length = view().getUint32(vectors + 8 * i + 4, true);
          guest.stdout += Buffer.from(
            guest.copyOut(view().getUint32(vectors + 8 * i, true), length),
          ).toString();
          size += length;
        }
        view().setUint32(written, size, true);
        return 0;
      },
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
    },
  };
}
