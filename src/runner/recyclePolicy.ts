import type { ConsumeOutcome } from '../guest';

/**
 * An instance that accepted a batch before, and has no room this often in a row for smaller and smaller batches, leaks
 * memory.
 */
const MAX_CALLS_WITHOUT_ROOM = 16;

/** Decides after each call of an instance whether another one must replace it because of its memory. */
export class RecyclePolicy {
  readonly #instance: { readonly memoryBytes: number };
  readonly #maxBytes: number;
  #hasServed = false;
  #callsWithoutRoom = 0;

  /** @param recycleMemoryBytes linear memory above which the instance is replaced. Default: no limit */
  constructor(instance: { readonly memoryBytes: number }, recycleMemoryBytes = Infinity) {
    this.#instance = instance;
    // Memory that the instance needed to start is not a leak, however large.
    this.#maxBytes = Math.max(recycleMemoryBytes, instance.memoryBytes);
  }

  /** Whether the instance is full after a call with this outcome. */
  isFullAfter({ status }: ConsumeOutcome): boolean {
    this.#callsWithoutRoom = status === 'no_room' ? this.#callsWithoutRoom + 1 : 0;
    this.#hasServed ||= status === 'unchanged' || status === 'changed';
    if (this.#hasServed && this.#callsWithoutRoom >= MAX_CALLS_WITHOUT_ROOM) return true;
    return this.#instance.memoryBytes > this.#maxBytes;
  }
}
