import { OtelWasmError } from '../../abi';
import type { Resource } from '../../otel';
import { type Pipeline, type PipelineOutcome, withTimeout } from '../../pipeline';
import type { BatchOptions } from './batchOptions';
import { type Encode, encodeBatch } from './encodeBatch';

/** A span or a log record. */
interface Item {
  readonly resource: Resource;
}

export interface BatchQueueSetup<T> {
  readonly pipeline: Pipeline;
  readonly options: Required<BatchOptions>;
  readonly encode: Encode<T[]>;
  /** Called with the reason when a batch without a waiting caller was not taken. */
  readonly onLost: (error: OtelWasmError) => void;
  /** Whether the guest would drop an item: then it is not encoded. */
  readonly isDropped?: (item: T) => boolean;
}

/**
 * Items → batches → bytes → pipeline, with the settings of the SDK's batch processors: a batch goes when it is full, or
 * `scheduledDelayMillis` after its first item, one at a time; a flush sends all that waits. What finds the queue full is
 * dropped and counted.
 *
 * A batch passes the guest before the next consumer gets it, so it is under way longer than the SDK's. The queue holds
 * one batch more meanwhile: a burst that the SDK's processor takes is not dropped here.
 */
export class BatchQueue<T extends Item> {
  readonly #pipeline: Pipeline;
  readonly #options: Required<BatchOptions>;
  readonly #encode: Encode<T[]>;
  readonly #onLost: (error: OtelWasmError) => void;
  readonly #isDropped: ((item: T) => boolean) | undefined;
  readonly #inFlight = new Set<Promise<unknown>>();
  #waiting: T[] = [];
  /** How many of them are known to be for the guest. */
  #sifted = 0;
  #timer: NodeJS.Timeout | undefined;
  #isSending = false;
  #shutdown: Promise<void> | undefined;

  constructor({ pipeline, options, encode, onLost, isDropped }: BatchQueueSetup<T>) {
    this.#pipeline = pipeline;
    this.#options = options;
    this.#encode = encode;
    this.#onLost = onLost;
    this.#isDropped = isDropped;
  }

  /** Queues an item. Never throws. After shutdown it does nothing. */
  add(item: T): void {
    if (this.#shutdown !== undefined) return;
    const { maxQueueSize, maxExportBatchSize } = this.#options;
    const room = maxQueueSize + (this.#isSending ? maxExportBatchSize : 0);
    if (this.#waiting.length >= room) this.#sift();
    if (this.#waiting.length >= room) {
      this.#pipeline.countLost('QUEUE_FULL', 1, `maxQueueSize (${maxQueueSize}) is reached`);
      return;
    }
    this.#waiting.push(item);
    this.#schedule();
  }

  /** Resolves when every item added before is through; rejects when the next consumer did not take them. */
  forceFlush(): Promise<void> {
    return this.#shutdown ?? this.#flush(() => this.#pipeline.forceFlush());
  }

  /** Flushes, then shuts the pipeline down, also when the flush fails. The same promise each time. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#flush(() => this.#pipeline.shutdown());
    return this.#shutdown;
  }

  async #flush(then: () => Promise<void>): Promise<void> {
    const batches: Promise<OtelWasmError | undefined>[] = [];
    this.#sift();
    while (this.#waiting.length > 0) batches.push(this.#send({ awaited: true }));
    this.#clearTimer();
    await Promise.all(this.#inFlight);
    const errors = await Promise.all(batches);
    await then();
    const error = errors.find(one => one !== undefined);
    if (error !== undefined) throw error;
  }

  #schedule(): void {
    if (this.#isSending || this.#waiting.length === 0) return;
    const { maxExportBatchSize, scheduledDelayMillis } = this.#options;
    if (this.#waiting.length >= maxExportBatchSize) this.#sift();
    if (this.#waiting.length >= maxExportBatchSize) void this.#sendScheduled();
    else this.#timer ??= setTimeout(() => void this.#sendScheduled(), scheduledDelayMillis).unref();
  }

  async #sendScheduled(): Promise<void> {
    this.#clearTimer();
    this.#sift();
    if (this.#waiting.length === 0) return;
    this.#isSending = true;
    const error = await this.#send({ awaited: false });
    this.#isSending = false;
    if (error !== undefined) this.#onLost(error);
    this.#schedule();
  }

  /** Sends the oldest items. Never rejects; resolves with why they were not taken. */
  #send({ awaited }: { awaited: boolean }): Promise<OtelWasmError | undefined> {
    const { maxExportBatchSize, exportTimeoutMillis } = this.#options;
    const items = this.#waiting.splice(0, maxExportBatchSize);
    this.#sifted = Math.max(0, this.#sifted - items.length);
    const late = (): OtelWasmError =>
      new OtelWasmError(
        'EXPORT_TIMEOUT',
        `a batch took longer than exportTimeoutMillis (${exportTimeoutMillis})`,
      );
    const sent = withTimeout<OtelWasmError | undefined>(exportTimeoutMillis, this.#deliver(items), late, {
      awaited,
    });
    this.#inFlight.add(sent);
    return sent.finally(() => this.#inFlight.delete(sent));
  }

  /** Encodes at once, unless a resource is still being detected. */
  async #deliver(items: T[]): Promise<OtelWasmError | undefined> {
    const pending = items.filter(({ resource }) => resource?.asyncAttributesPending === true);
    if (pending.length > 0) {
      const resources = new Set(pending.map(({ resource }) => resource));
      await Promise.allSettled([...resources].map(async resource => resource.waitForAsyncAttributes?.()));
    }
    const batch = encodeBatch(this.#pipeline, items, this.#encode);
    return batch instanceof OtelWasmError ? batch : refusalOf(await this.#pipeline.send(batch));
  }

  /** Leaves out what the guest would drop, of what was not looked at yet: so a batch is full of others. */
  #sift(): void {
    const isDropped = this.#isDropped;
    if (isDropped === undefined) return;
    // A getter of an item may add others meanwhile: they are behind those that were sifted.
    const fresh = this.#waiting.splice(this.#sifted);
    const kept = fresh.filter(item => !isDropped(item));
    this.#waiting.splice(this.#sifted, 0, ...kept);
    this.#sifted += kept.length;
    if (kept.length < fresh.length) this.#pipeline.countDropped(fresh.length - kept.length);
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** What a guest failed on is counted and logged by the pipeline, and no failure of the export. */
function refusalOf(outcome: PipelineOutcome): OtelWasmError | undefined {
  return outcome.status === 'refused' ? outcome.error : undefined;
}
