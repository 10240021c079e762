import { type ExportResult, ExportResultCode, globalErrorHandler } from '@opentelemetry/core';
import { messageOf, OtelWasmError } from '../../abi';
import type { EncodedBatch } from '../../otlp';
import type { SdkExporter } from '../../sink';
import type { BatchOptions } from './batchOptions';
import type { Pipeline } from '../../pipeline';
import { QueueBound, UNBOUNDED_QUEUE_SIZE } from './queueBound';

/** One of the SDK's batch processors: BatchSpanProcessor or BatchLogRecordProcessor. */
export interface Batcher {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** What is given to the SDK's batch processor: its settings, and an exporter that leads into the pipeline. */
export type BatcherConfig<Item> = Required<BatchOptions> & { exporter: Required<SdkExporter<Item[]>> };

/** Encodes a batch; calls `onLost` for an item that cannot be encoded at all. */
export type Encode<Batch> = (batch: Batch, onLost: (error: unknown) => void) => EncodedBatch;

/**
 * Items → the SDK's batch processor → bytes → pipeline. Guards what the SDK's processors leave open: they drop
 * silently when full, do not wait for an export in flight when they flush, and never reach the exporter's shutdown when
 * the last flush fails.
 */
export class BatchedInput<Item, SdkBatcher extends Batcher> {
  readonly #pipeline: Pipeline;
  readonly #batcher: SdkBatcher;
  readonly #queue: QueueBound;
  #flush: Promise<void> = Promise.resolve();
  #shutdown: Promise<void> | undefined;

  constructor(
    pipeline: Pipeline,
    options: Required<BatchOptions>,
    encode: Encode<Item[]>,
    createBatcher: (config: BatcherConfig<Item>) => SdkBatcher,
  ) {
    this.#pipeline = pipeline;
    this.#queue = new QueueBound(pipeline, options.maxQueueSize, options.maxExportBatchSize);
    this.#batcher = createBatcher({
      ...options,
      maxQueueSize: UNBOUNDED_QUEUE_SIZE,
      exporter: {
        export: (items, callback) => {
          this.#queue.arrived(items.length);
          exportInto(pipeline, items, encode, callback, false);
        },
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    });
  }

  /** The SDK's processor, if it may have one more item: not when the queue is full (counted) or after shutdown. */
  admit(): SdkBatcher | undefined {
    return this.#shutdown === undefined && this.#queue.admit() ? this.#batcher : undefined;
  }

  /** Resolves when every item taken before is through; rejects when the next consumer did not take them. */
  forceFlush(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    // One after the other: the SDK's log processor returns at once from a flush beside another one.
    this.#flush = this.#flush.catch(() => undefined).then(() => this.#runFlush());
    return this.#flush;
  }

  /** Flushes, then shuts the pipeline down, also when the flush fails. A second call gives the same promise. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#runShutdown();
    return this.#shutdown;
  }

  async #runFlush(): Promise<void> {
    this.#queue.flushing();
    try {
      await this.#batcher.forceFlush();
    } finally {
      await this.#pipeline.forceFlush();
    }
  }

  async #runShutdown(): Promise<void> {
    await this.#flush.catch(() => undefined);
    this.#queue.flushing();
    try {
      await this.#batcher.shutdown();
    } finally {
      await this.#pipeline.shutdown();
    }
  }
}

/**
 * Encodes a batch, sends it through the pipeline and answers as an exporter of the SDK's kind does: always once, never by
 * throwing. What a guest failed on is counted and logged by the pipeline; it is a failure of the export as well only if
 * `guestFailureFails`, for exporters.
 */
export function exportInto<Batch>(
  pipeline: Pipeline,
  batch: Batch,
  encode: Encode<Batch>,
  callback: (result: ExportResult) => void,
  guestFailureFails: boolean,
): void {
  const answer = (result: ExportResult): void => {
    try {
      callback(result);
    } catch (error) {
      globalErrorHandler(error as Error);
    }
  };
  let encoded: EncodedBatch;
  let lost = 0;
  try {
    encoded = encode(batch, error => {
      lost++;
      pipeline.countLost('ENCODE', 1, messageOf(error));
    });
  } catch (cause) {
    // Not even its envelopes could be read. What was to be metrics counts as one item: nobody knows how many there are.
    const error = new OtelWasmError('ENCODE', `the batch cannot be encoded: ${messageOf(cause)}`, { cause });
    pipeline.countLost(error.code, (Array.isArray(batch) ? batch.length : 1) - lost, error.message);
    answer({ code: ExportResultCode.FAILED, error });
    return;
  }
  void pipeline.send(encoded).then(outcome => {
    const fails = outcome.status === 'refused' || (outcome.status === 'failed' && guestFailureFails);
    answer(
      fails ? { code: ExportResultCode.FAILED, error: outcome.error } : { code: ExportResultCode.SUCCESS },
    );
  });
}
