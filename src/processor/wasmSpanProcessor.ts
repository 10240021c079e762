import { TraceFlags } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { decodeTraces, encodeTraces } from '../otlp';
import {
  type AdapterStats,
  BATCH_OPTION_NAMES,
  type BatchOptions,
  BYTES_CONSUMER,
  type BytesConsumer,
  type ConsumerOptions,
  createNextConsumer,
  createPipeline,
  GUEST_OPTION_NAMES,
  type Guests,
  knownOptions,
  type Pipeline,
  QueueBound,
  resolveBatchOptions,
  type SinkOptions,
  UNBOUNDED_QUEUE_SIZE,
} from '../pipeline';
import type { RunnerState } from '../runner';

/** Options of {@link WasmSpanProcessor}. */
export interface WasmSpanProcessorOptions extends ConsumerOptions, BatchOptions, SinkOptions {
  /**
   * Where results go. Any SpanExporter gets decoded spans; an adapter of this package gets the bytes as they are.
   * Default: OTLP/HTTP protobuf to `OTEL_EXPORTER_OTLP_*`, the guest's bytes as they are.
   */
  readonly exporter?: SpanExporter | BytesConsumer<'traces'>;
}

/**
 * A SpanProcessor that batches ended, sampled spans, puts each batch through a guest and hands on what it returns.
 * Batching is the SDK's BatchSpanProcessor. Nothing that a guest does reaches `span.end()`.
 */
export class WasmSpanProcessor implements SpanProcessor, BytesConsumer<'traces'> {
  readonly [BYTES_CONSUMER]: { readonly signal: 'traces'; readonly pipeline: Pipeline };
  readonly #pipeline: Pipeline;
  readonly #batcher: BatchSpanProcessor;
  readonly #queue: QueueBound;
  #shutdown: Promise<void> | undefined;

  /**
   * Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline
   * also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmSpanProcessorOptions = {}) {
    knownOptions(options, [
      ...GUEST_OPTION_NAMES,
      ...BATCH_OPTION_NAMES,
      'exporter',
      'otlp',
      'meterProvider',
    ]);
    const batch = resolveBatchOptions(options, 'OTEL_BSP', 5_000);
    const sink = createNextConsumer('traces', options.exporter, options.otlp, bytes => [decodeTraces(bytes)]);
    const pipeline = createPipeline(
      'processor',
      'traces',
      guests,
      sink,
      { ...options, ...batch },
      'WasmSpanProcessor',
    );
    this.#pipeline = pipeline;
    this[BYTES_CONSUMER] = { signal: 'traces', pipeline };
    this.#queue = new QueueBound(pipeline, batch.maxQueueSize, batch.maxExportBatchSize);
    this.#batcher = new BatchSpanProcessor({
      ...batch,
      maxQueueSize: UNBOUNDED_QUEUE_SIZE,
      exporter: {
        export: (spans, callback) => this.#export(spans, callback),
        shutdown: () => Promise.resolve(),
      },
    });
  }

  /** `running` when every guest serves; else the state of the one furthest from it. */
  get state(): RunnerState {
    return this.#pipeline.state;
  }

  /** What was done so far. */
  get stats(): AdapterStats {
    return this.#pipeline.stats;
  }

  /** Resolves when `start()` of every guest succeeded; rejects with the guest's reason. */
  ready(): Promise<void> {
    return this.#pipeline.ready();
  }

  onStart(): void {
    // A span is looked at when it has ended.
  }

  onEnd(span: ReadableSpan): void {
    if (this.#shutdown !== undefined || (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    if (this.#queue.admit()) this.#batcher.onEnd(span);
  }

  /** Resolves when every span that ended before is through guest and next consumer; rejects when that did not take them. */
  async forceFlush(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    this.#queue.flushing();
    try {
      await this.#batcher.forceFlush();
    } finally {
      await this.#pipeline.forceFlush();
    }
  }

  /**
   * Flushes, then runs each guest's `shutdown()` once, then the next consumer's, also when the flush fails. Nothing is
   * taken or sent after it. A second call gives the same promise.
   */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#runShutdown();
    return this.#shutdown;
  }

  async #runShutdown(): Promise<void> {
    this.#queue.flushing();
    try {
      await this.#batcher.shutdown();
    } finally {
      await this.#pipeline.shutdown();
    }
  }

  #export(spans: ReadableSpan[], callback: (result: ExportResult) => void): void {
    this.#queue.arrived(spans.length);
    const bytes = encodeTraces(spans, error => this.#pipeline.countLost('ENCODE', 1, String(error)));
    void this.#pipeline.send(bytes).then(outcome =>
      // What a guest failed on is counted and logged already; what the next consumer refused, the SDK reports.
      callback(
        outcome.status === 'refused'
          ? { code: ExportResultCode.FAILED, error: outcome.error }
          : { code: ExportResultCode.SUCCESS },
      ),
    );
  }
}
