import { performance } from 'node:perf_hooks';

const FIRST_AFTER_MILLIS = 500;
const EVERY_MILLIS = 100;

/** A line on the terminal that says how far a long command is; nothing where nobody looks, or for a short one. */
export class Progress {
  readonly #startedAt = performance.now();
  #shownAt = 0;

  constructor(readonly enabled: boolean = process.stderr.isTTY) {}

  show(text: () => string): void {
    const now = performance.now();
    if (!this.enabled || now - this.#startedAt < FIRST_AFTER_MILLIS || now - this.#shownAt < EVERY_MILLIS)
      return;
    this.#shownAt = now;
    process.stderr.write(`\r\u001b[K${text()}`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shownAt > 0) process.stderr.write('\r\u001b[K');
    this.#shownAt = 0;
  }
}
