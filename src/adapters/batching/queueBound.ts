import type { Pipeline } from '../../pipeline';

/**
 * Bounds and counts what waits in one of the SDK's batch processors. They drop the newest beyond their own bound without
 * telling anybody, so theirs is left open and this one decides.
 */
export class QueueBound {
  readonly #pipeline: Pipeline;
  readonly #maxQueueSize: number;
  readonly #maxExportBatchSize: number;
  #waiting = 0;
  #setAside = 0;

  constructor(pipeline: Pipeline, maxQueueSize: number, maxExportBatchSize: number) {
    this.#pipeline = pipeline;
    this.#maxQueueSize = maxQueueSize;
    this.#maxExportBatchSize = maxExportBatchSize;
  }

  /**
   * True if there is room for one more item; false, and counted, if it must be dropped. One batch beyond `maxQueueSize`
   * is let in: it may have left the SDK's queue, waiting for the resource's attributes, and cannot be told from here.
   */
  admit(): boolean {
    if (this.#waiting < this.#maxQueueSize + this.#maxExportBatchSize) {
      this.#waiting++;
      return true;
    }
    this.#pipeline.countLost('QUEUE_FULL', 1, `maxQueueSize (${this.#maxQueueSize}) is reached`);
    return false;
  }

  /** A flush takes out all that waits; it no longer fills the queue. */
  flushing(): void {
    this.#setAside += this.#waiting;
    this.#waiting = 0;
  }

  /** A batch arrived at the exporter: the oldest items, in order. */
  arrived(items: number): void {
    const flushed = Math.min(items, this.#setAside);
    this.#setAside -= flushed;
    this.#waiting = Math.max(0, this.#waiting - (items - flushed));
  }
}

/** What the SDK's own bound is set to: it must never be the one that decides. */
export const UNBOUNDED_QUEUE_SIZE = Number.MAX_SAFE_INTEGER;
