import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '../otel';
import { type Guests, invalid } from '../pipeline';
import { BatchProcessor, type BatchProcessorOptions } from './batchProcessor';
import { SPANS } from './signals';
import { resolveTraceOptions, type TraceOptions, TraceQueue, type TraceStats } from './traces';

/** Options of {@link WasmSpanProcessor}. Batching options have their defaults from `OTEL_BSP_*`. */
export interface WasmSpanProcessorOptions extends BatchProcessorOptions<'traces', ReadableSpan> {
  /**
   * What the guests get at once. `spans`: batches of spans as they end. `traces`: all spans of one trace that ended in this
   * process, when its local root has; they decide about it as a whole.
   * @default 'spans'
   */
  readonly batching?: 'spans' | 'traces';
  /** Bounds of what is held with `batching: 'traces'`. */
  readonly traces?: TraceOptions;
}

/**
 * A SpanProcessor that batches ended, sampled spans, puts each batch through a guest and hands on what it returns, with
 * the options and defaults of the SDK's BatchSpanProcessor. Nothing that a guest does reaches `span.end()`.
 */
export class WasmSpanProcessor extends BatchProcessor<'traces', ReadableSpan> {
  readonly #traces: TraceQueue | undefined;

  /**
   * Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline
   * also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmSpanProcessorOptions = {}) {
    const { batching = 'spans', traces } = options ?? {};
    if (batching !== 'spans' && batching !== 'traces')
      throw invalid('batching', batching, '"spans" or "traces"');
    if (batching === 'spans' && traces !== undefined)
      throw invalid('traces', traces, 'undefined, unless batching is "traces"');
    const bounds = resolveTraceOptions(traces);
    let queue: TraceQueue | undefined;
    super('WasmSpanProcessor', SPANS, guests, options, {
      optionNames: ['batching', 'traces'],
      createQueue:
        batching === 'spans'
          ? undefined
          : (pipeline, _, onLost) => (queue = new TraceQueue(pipeline, bounds, onLost)),
    });
    this.#traces = queue;
  }

  /** What became of traces; undefined unless `batching` is `traces`. */
  get traceStats(): TraceStats | undefined {
    return this.#traces?.stats;
  }

  /** Notes that a local root has started, with `batching: 'traces'`; spans are looked at when they have ended. */
  onStart(span: ReadableSpan): void {
    if (this.#traces !== undefined && isSampled(span)) this.#traces.started(span);
  }

  /** Queues a sampled span for the next batch. Never throws; a full queue drops it, counted as `QUEUE_FULL`. */
  onEnd(span: ReadableSpan): void {
    if (isSampled(span)) this.queue(span);
  }
}

function isSampled(span: ReadableSpan): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}
