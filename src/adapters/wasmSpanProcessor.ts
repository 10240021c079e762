import { TraceFlags } from '@opentelemetry/api';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { leaseTraces } from '../otlp';
import {
  CONSUMER_OPTION_NAMES,
  type ConsumerOptions,
  createPipeline,
  type Guests,
  knownOptions,
  SINK_OPTION_NAMES,
  type SinkOptions,
} from '../pipeline';
import { decodedSpans } from '../sink';
import { Adapter } from './adapter';
import {
  BATCH_OPTION_NAMES,
  BatchedInput,
  type BatchOptions,
  coalescerOptions,
  resolveBatchOptions,
} from './batching';
import { type BytesConsumer, createSink } from './exporterOption';

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
export class WasmSpanProcessor extends Adapter<'traces'> implements SpanProcessor {
  readonly #input: BatchedInput<ReadableSpan, BatchSpanProcessor>;

  /**
   * Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline
   * also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmSpanProcessorOptions = {}) {
    knownOptions(options, [...CONSUMER_OPTION_NAMES, ...BATCH_OPTION_NAMES, ...SINK_OPTION_NAMES]);
    const batch = resolveBatchOptions(options, 'OTEL_BSP', 5_000);
    const sink = createSink('traces', options.exporter, options.otlp, decodedSpans);
    const pipeline = createPipeline(
      'processor',
      'traces',
      guests,
      sink,
      { ...options, ...batch },
      'WasmSpanProcessor',
      coalescerOptions(batch),
    );
    super('traces', pipeline);
    this.#input = new BatchedInput(pipeline, batch, leaseTraces, config => new BatchSpanProcessor(config));
  }

  /** Nothing: a span is looked at when it has ended. */
  onStart(): void {
    // See onEnd.
  }

  /** Queues a sampled span for the next batch. Never throws; a full queue drops it, counted as `QUEUE_FULL`. */
  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    this.#input.admit()?.onEnd(span);
  }

  /** Resolves when every span that ended before is through guest and next consumer; rejects when that did not take them. */
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
