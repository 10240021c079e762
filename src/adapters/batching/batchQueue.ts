import { messageOf, OtelWasmError } from '../../abi';
import { whenDetected, type ReadableLogRecord, type ReadableSpan } from '../../otel';
import type { BatchEncoder } from '../../otlp';
import { type Pipeline, type PipelineOutcome, withTimeout } from '../../pipeline';
import type { BatchOptions } from './batchOptions';
import { countEncodeFailure } from './encodeBatch';

/** Items that are encoded together: a tenth of a millisecond of the event loop. */
const ENCODED_TOGETHER = 64;

export interface BatchQueueSetup<T extends ReadableSpan | ReadableLogRecord> {
  readonly pipeline: Pipeline;
  readonly options: Required<BatchOptions>;
  readonly createEncoder: () => BatchEncoder<T>;
  /** Called with the reason when a batch was refused and no caller waits for it. */
  readonly onLost: (error: OtelWasmError) => void;
  /** Whether the guest would drop an item. Such an item is not encoded. */
  readonly isDropped?: (item: T) => boolean;
}

/**
 * Items → bytes → batches → pipeline, with the settings of the SDK's batch processors. A batch is sent when it is
 * full, or `scheduledDelayMillis` after its first item. Only one batch is sent at a time. A flush sends all waiting
 * items. When the queue is full, new items are dropped and counted.
 *
 * Items are encoded a few at a time while their batch fills, and not in the turn that added them unless they complete
 * the batch: a later processor may still change them.
 *
 * A batch passes through the guest before the next consumer, so it takes longer than in the SDK. Meanwhile the queue
 * holds one more batch, so that a burst which fits into the SDK's processor is not dropped here.
 */
export class BatchQueue<T extends ReadableSpan | ReadableLogRecord> {
  readonly #pipeline: Pipeline;
  readonly #options: Required<BatchOptions>;
  readonly #createEncoder: () => BatchEncoder<T>;
  readonly #onLost: (error: OtelWasmError) => void;
  readonly #isDropped: ((item: T) => boolean) | undefined;
  readonly #inFlight = new Set<Promise<unknown>>();
  /** The encoded part of the next batch. */
  #batch: BatchEncoder<T>;
  #isEncoding = false;
  /** Items after the encoded part. */
  #waiting: T[] = [];
  /** How many of these passed the drop conditions. */
  #sifted = 0;
  #timer: NodeJS.Timeout | undefined;
  #isSending = false;
  #shutdown: Promise<void> | undefined;

  constructor({ pipeline, options, createEncoder, onLost, isDropped }: BatchQueueSetup<T>) {
    this.#pipeline = pipeline;
    this.#options = options;
    this.#createEncoder = createEncoder;
    this.#batch = createEncoder();
    this.#onLost = onLost;
    this.#isDropped = isDropped;
  }

  /** Queues an item. Never throws. After shutdown it does nothing. */
  add(item: T): void {
    if (this.#shutdown !== undefined) return;
    const { maxQueueSize, maxExportBatchSize } = this.#options;
    const room = maxQueueSize + (this.#isSending ? maxExportBatchSize : 0);
    if (this.#size >= room) this.#sift();
    if (this.#size >= room) {
      this.#pipeline.countLost('QUEUE_FULL', 1, `maxQueueSize (${maxQueueSize}) is reached`);
      return;
    }
    if (this.#waiting.length - this.#sifted >= ENCODED_TOGETHER) this.#encode();
    this.#waiting.push(item);
    this.#schedule();
  }

  /** Resolves when the next consumer has accepted all items added before. Rejects otherwise. */
  forceFlush(): Promise<void> {
    return this.#shutdown ?? this.#flush(() => this.#pipeline.forceFlush());
  }

  /** Flushes, then shuts the pipeline down, even if the flush fails. Returns the same promise each time. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#flush(() => this.#pipeline.shutdown());
    return this.#shutdown;
  }

  async #flush(then: () => Promise<void>): Promise<void> {
    const batches: Promise<OtelWasmError | undefined>[] = [];
    // A getter of an item that is being encoded called this.
    if (this.#isEncoding) await Promise.resolve();
    while (this.#size > 0) batches.push(this.#send({ awaited: true }));
    this.#clearTimer();
    await Promise.all(this.#inFlight);
    const errors = await Promise.all(batches);
    await then();
    const error = errors.find(one => one !== undefined);
    if (error !== undefined) throw error;
  }

  /** Waiting items, encoded or not. */
  get #size(): number {
    return this.#batch.items + this.#waiting.length;
  }

  #schedule(): void {
    if (this.#isSending || this.#isEncoding || this.#size === 0) return;
    const { maxExportBatchSize, scheduledDelayMillis } = this.#options;
    if (this.#size >= maxExportBatchSize) this.#sift();
    if (this.#size >= maxExportBatchSize) void this.#sendScheduled();
    else this.#timer ??= setTimeout(() => void this.#sendScheduled(), scheduledDelayMillis).unref();
  }

  async #sendScheduled(): Promise<void> {
    this.#clearTimer();
    this.#isSending = true;
    const error = await this.#send({ awaited: false });
    this.#isSending = false;
    if (error !== undefined) this.#onLost(error);
    this.#schedule();
  }

  /** Sends the oldest items. Never rejects. Resolves with the error if they were refused. */
  #send({ awaited }: { awaited: boolean }): Promise<OtelWasmError | undefined> {
    const { exportTimeoutMillis } = this.#options;
    const late = (): OtelWasmError =>
      new OtelWasmError(
        'EXPORT_TIMEOUT',
        `a batch took longer than exportTimeoutMillis (${exportTimeoutMillis})`,
      );
    const sent = withTimeout<OtelWasmError | undefined>(exportTimeoutMillis, this.#deliver(), late, {
      awaited,
    });
    this.#inFlight.add(sent);
    return sent.finally(() => this.#inFlight.delete(sent));
  }

  /** Removes the batch from the queue at once. Sends it at once unless resource detection is still running. */
  async #deliver(): Promise<OtelWasmError | undefined> {
    while (this.#waiting.length > 0 && this.#batch.items < this.#options.maxExportBatchSize) this.#encode();
    const batch = this.#batch;
    const { items } = batch;
    if (items === 0) return undefined;
    const settled = whenDetected(batch.resources);
    if (settled !== undefined) {
      this.#batch = this.#createEncoder();
      await settled;
    }
    let encoded;
    // A getter of a resource may add items. They wait too.
    this.#isEncoding = true;
    try {
      encoded = batch.finish();
    } catch (cause) {
      return countEncodeFailure(this.#pipeline, items, cause);
    } finally {
      this.#isEncoding = false;
    }
    return refusalOf(await this.#pipeline.send(encoded));
  }

  /** Encodes the waiting items that belong to the next batch. */
  #encode(): void {
    // A getter of an item may add others.
    if (this.#isEncoding) return;
    this.#isEncoding = true;
    try {
      this.#sift();
      const room = this.#options.maxExportBatchSize - this.#batch.items;
      const items = this.#waiting.splice(0, Math.min(room, this.#sifted));
      this.#sifted -= items.length;
      this.#batch.add(items, error => this.#pipeline.countLost('ENCODE', 1, messageOf(error)));
    } finally {
      this.#isEncoding = false;
    }
  }

  /** Drops new items that the guest would drop, so that batches fill with other items. */
  #sift(): void {
    const isDropped = this.#isDropped;
    if (isDropped === undefined) {
      this.#sifted = this.#waiting.length;
      return;
    }
    // A getter of an item may add others meanwhile: they follow the filtered ones.
    const fresh = this.#waiting.splice(this.#sifted);
    const kept = fresh.filter(item => !isDropped(item));
    this.#waiting.splice(this.#sifted, 0, ...kept);
    this.#sifted += kept.length;
    this.#pipeline.countDropped(fresh.length - kept.length);
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** The pipeline counts and logs a guest's failures. They are not failures of the export. */
function refusalOf(outcome: PipelineOutcome): OtelWasmError | undefined {
  return outcome.status === 'refused' ? outcome.error : undefined;
}
