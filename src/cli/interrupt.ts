import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

/** Exit statuses that shells give to commands that a signal ended. */
const STATUS = { SIGINT: 130, SIGTERM: 143 } as const;
const POLL_EVERY_MILLIS = 50;

/**
 * Handles Ctrl-C and SIGTERM during a command, so that it can clean up first. A second one ends the process at once.
 */
export class Interrupt {
  #received = false;
  #polledAt = performance.now();
  readonly #listeners = new Map<string, () => void>();

  /** @param onSignal called on a signal; the exit status is then set. Without it the command calls `poll`. */
  constructor(onSignal: () => void = () => undefined) {
    for (const [signal, status] of Object.entries(STATUS)) {
      const listener = (): void => {
        this.#received = true;
        process.exitCode = status;
        this.done();
        onSignal();
      };
      this.#listeners.set(signal, listener);
      process.on(signal, listener);
    }
  }

  /** Lets pending signals arrive, because guests run synchronously. Returns whether there was one. */
  async poll(): Promise<boolean> {
    if (performance.now() - this.#polledAt >= POLL_EVERY_MILLIS) {
      await setImmediate();
      this.#polledAt = performance.now();
    }
    return this.#received;
  }

  /** From now on, signals end the process again. */
  done(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }
}
