import { diag } from '@opentelemetry/api';
import type { OtelWasmError, Signal } from '../abi';
import type { ReadableLogRecord, ReadableSpan, SdkExporter } from '../otel';
import { compileDrops } from '../pushdown';
import {
  CONSUMER_OPTION_NAMES,
  type ConsumerOptions,
  createPipeline,
  type Guests,
  assertKnownOptions,
  type Pipeline,
  SINK_OPTION_NAMES,
  type SinkOptions,
} from '../pipeline';
import { Adapter } from './adapter';
import {
  BATCH_OPTION_NAMES,
  type BatchOptions,
  BatchQueue,
  coalescerOptions,
  resolveBatchOptions,
} from './batching';
import { type ExporterOption, createSink } from './exporterOption';
import type { BatchedSignalKind } from './signals';

/** Options of processors that collect items into batches. */
export interface BatchProcessorOptions<S extends Signal, Item>
  extends ConsumerOptions, BatchOptions, SinkOptions {
  /**
   * The destination of results. An SDK exporter gets decoded objects; an adapter of this package gets the bytes
   * unchanged.
   * @default OTLP/HTTP protobuf to `OTEL_EXPORTER_OTLP_*`
   */
  readonly exporter?: ExporterOption<S, SdkExporter<Item[]>>;
}

/** Where items wait before they go to the guests. */
export interface ItemQueue<Item> {
  add(item: Item): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A queue other than the batch queue, with the names of its options. */
export interface CustomQueue<Item> {
  readonly createQueue?: (
    pipeline: Pipeline,
    batch: Required<BatchOptions>,
    onLost: (error: OtelWasmError) => void,
  ) => ItemQueue<Item>;
  readonly optionNames?: readonly string[];
}

/** The common part of WasmSpanProcessor and WasmLogRecordProcessor: passes batches through guests to the next consumer. */
export abstract class BatchProcessor<
  S extends Signal,
  Item extends ReadableSpan | ReadableLogRecord,
> extends Adapter<S> {
  readonly #queue: ItemQueue<Item>;

  /** @internal */
  protected constructor(
    name: string,
    { signal, decode, batching, createEncoder }: BatchedSignalKind<S, Item>,
    guests: Guests,
    options: BatchProcessorOptions<S, Item>,
    { createQueue, optionNames = [] }: CustomQueue<Item> = {},
  ) {
    const own = [...BATCH_OPTION_NAMES, ...SINK_OPTION_NAMES, ...optionNames];
    assertKnownOptions(options, [...CONSUMER_OPTION_NAMES, ...own]);
    const batch = resolveBatchOptions(options, batching);
    const sink = createSink(signal, options.exporter, options.otlp, decode);
    const ofConsumer = { ...options, ...batch };
    const coalescing = { ...coalescerOptions(batch), always: createQueue !== undefined };
    super(signal, createPipeline('processor', signal, guests, sink, ofConsumer, name, coalescing));
    const onLost = (error: OtelWasmError): void =>
      // Like the SDK's default error handler. The items are counted.
      diag.error(`${name}: a batch was rejected: ${error.message}`);
    this.#queue =
      createQueue?.(this.pipeline, batch, onLost) ??
      new BatchQueue({
        ...{ pipeline: this.pipeline, options: batch, createEncoder, onLost },
        isDropped: signal === 'metrics' ? undefined : compileDrops(this.pipeline.drops, signal),
      });
  }

  /** @internal Queues an item for the next batch. */
  protected queue(item: Item): void {
    this.#queue.add(item);
  }

  /** Resolves when the next consumer has accepted the results of all earlier items. Rejects otherwise. */
  override forceFlush(): Promise<void> {
    return this.#queue.forceFlush();
  }

  /**
   * Flushes, then runs each guest's `shutdown()` once, then the next consumer's, even if the flush fails. Afterwards
   * nothing is accepted or sent. A second call returns the same promise.
   */
  override shutdown(): Promise<void> {
    return this.#queue.shutdown();
  }
}
