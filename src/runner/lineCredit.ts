/** Characters of lines on their way to the host, or one longer line alone. */
const MAX_LENGTH = 2 ** 20;
/** What the message around a line counts as: it takes the host's time, however short the line. */
const MESSAGE_LENGTH = 2 ** 10;

function charge(line: string): number {
  return Math.min(MESSAGE_LENGTH + line.length, MAX_LENGTH);
}

/**
 * Bounds the lines of output that a thread has posted and its host has not handled, as a pipe does between processes. A
 * port delivers all that it holds in one turn of the host's event loop: a guest that writes without end would block it.
 */
export class LineCredit {
  readonly cells: SharedArrayBuffer;
  readonly #taken: Int32Array;

  /** `cells` is that of the host's side. */
  constructor(cells = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.cells = cells;
    this.#taken = new Int32Array(cells);
  }

  /** The thread's side, before it posts a line: waits for room. Only this side adds. */
  take(line: string): void {
    const cost = charge(line);
    for (;;) {
      const taken = Atomics.load(this.#taken, 0);
      if (taken + cost <= MAX_LENGTH) break;
      Atomics.wait(this.#taken, 0, taken);
    }
    Atomics.add(this.#taken, 0, cost);
  }

  /** The host's side: the line is handled. */
  release(line: string): void {
    Atomics.sub(this.#taken, 0, charge(line));
    Atomics.notify(this.#taken, 0);
  }
}
