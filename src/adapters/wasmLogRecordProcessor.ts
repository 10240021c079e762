import {
  BatchLogRecordProcessor,
  type LogRecordExporter,
  type LogRecordProcessor,
  type ReadableLogRecord,
  type ReadWriteLogRecord,
} from '@opentelemetry/sdk-logs';
import { leaseLogs } from '../otlp';
import {
  CONSUMER_OPTION_NAMES,
  type ConsumerOptions,
  createPipeline,
  type Guests,
  knownOptions,
  SINK_OPTION_NAMES,
  type SinkOptions,
} from '../pipeline';
import { decodedLogRecords } from '../sink';
import { Adapter } from './adapter';
import {
  BATCH_OPTION_NAMES,
  BatchedInput,
  type BatchOptions,
  coalescerOptions,
  resolveBatchOptions,
} from './batching';
import { type BytesConsumer, createSink } from './exporterOption';

/** Options of {@link WasmLogRecordProcessor}. */
export interface WasmLogRecordProcessorOptions extends ConsumerOptions, BatchOptions, SinkOptions {
  /**
   * Where results go. Any LogRecordExporter gets decoded records; an adapter of this package gets the bytes as they are.
   * Default: OTLP/HTTP protobuf to `OTEL_EXPORTER_OTLP_*`, the guest's bytes as they are.
   */
  readonly exporter?: LogRecordExporter | BytesConsumer<'logs'>;
}

/**
 * A LogRecordProcessor that batches log records, puts each batch through a guest and hands on what it returns.
 * Batching is the SDK's BatchLogRecordProcessor, with its `OTEL_BLRP_*` defaults. Nothing that a guest does reaches
 * `logger.emit()`.
 */
export class WasmLogRecordProcessor extends Adapter<'logs'> implements LogRecordProcessor {
  readonly #input: BatchedInput<ReadableLogRecord, BatchLogRecordProcessor>;

  /**
   * Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline
   * also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmLogRecordProcessorOptions = {}) {
    knownOptions(options, [...CONSUMER_OPTION_NAMES, ...BATCH_OPTION_NAMES, ...SINK_OPTION_NAMES]);
    const batch = resolveBatchOptions(options, 'OTEL_BLRP', 1_000);
    const sink = createSink('logs', options.exporter, options.otlp, decodedLogRecords);
    const pipeline = createPipeline(
      'processor',
      'logs',
      guests,
      sink,
      { ...options, ...batch },
      'WasmLogRecordProcessor',
      coalescerOptions(batch),
    );
    super('logs', pipeline);
    this.#input = new BatchedInput(pipeline, batch, leaseLogs, config => new BatchLogRecordProcessor(config));
  }

  /** Queues a record for the next batch. Never throws; a full queue drops it, counted as `QUEUE_FULL`. */
  onEmit(logRecord: ReadWriteLogRecord): void {
    this.#input.admit()?.onEmit(logRecord);
  }

  /** Resolves when every record emitted before is through guest and next consumer. */
  override forceFlush(): Promise<void> {
    return this.#input.forceFlush();
  }

  /**
   * Flushes, then runs each guest's `shutdown()` once, then the next consumer's, also when the flush fails. Nothing is
   * taken or sent after it. A second call gives the same promise.
   */
  override shutdown(): Promise<void> {
    return this.#input.shutdown();
  }
}
