import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

/** Statuses that shells give to commands that a signal ended. */
const STATUS = { SIGINT: 130, SIGTERM: 143 } as const;
const LOOK_EVERY_MILLIS = 50;

/** Ctrl-C and SIGTERM during a command, so that it can tidy up first. A second one ends the process at once. */
export class Interrupt {
  #came = false;
  #lookedAt = performance.now();
  readonly #listeners = new Map<string, () => void>();

  /** @param onSignal called when one came; the exit status is set. Without it the command asks `look`. */
  constructor(onSignal: () => void = () => undefined) {
    for (const [signal, status] of Object.entries(STATUS)) {
      const listener = (): void => {
        this.#came = true;
        process.exitCode = status;
        this.done();
        onSignal();
      };
      this.#listeners.set(signal, listener);
      process.on(signal, listener);
    }
  }

  /** Lets signals in now and then: guests are called synchronously. Returns whether there was one. */
  async look(): Promise<boolean> {
    if (performance.now() - this.#lookedAt >= LOOK_EVERY_MILLIS) {
      await setImmediate();
      this.#lookedAt = performance.now();
    }
    return this.#came;
  }

  /** From now on signals end the process again. */
  done(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }
}
