import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '../otel';
import { type Guests, invalid } from '../pipeline';
import { BatchProcessor, type BatchProcessorOptions } from './batchProcessor';
import { SPANS } from './signals';
import { resolveTraceOptions, type TraceOptions, TraceQueue, type TraceStats } from './traces';

/** Options of {@link WasmSpanProcessor}. The defaults of batching options come from `OTEL_BSP_*`. */
export interface WasmSpanProcessorOptions extends BatchProcessorOptions<'traces', ReadableSpan> {
  /**
   * What a batch contains. `spans`: spans as they end. `traces`: all spans of one trace in this process, once its
   * local root has ended, so that guests decide about the trace as a whole.
   * @default 'spans'
   */
  readonly batching?: 'spans' | 'traces';
  /** Limits on held spans with `batching: 'traces'`. */
  readonly traces?: TraceOptions;
}

/**
 * A SpanProcessor that batches ended, sampled spans, passes each batch through a guest and sends the result to the
 * next consumer, with the options and defaults of the SDK's BatchSpanProcessor. A guest's failure never reaches
 * `span.end()`.
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

  /** Counts of traces; undefined unless `batching` is `traces`. */
  get traceStats(): TraceStats | undefined {
    return this.#traces?.stats;
  }

  /** With `batching: 'traces'`, records that a local root has started. Spans are processed when they end. */
  onStart(span: ReadableSpan): void {
    if (this.#traces !== undefined && isSampled(span)) this.#traces.started(span);
  }

  /** Queues a sampled span for the next batch. Never throws. A full queue drops it, counted as `QUEUE_FULL`. */
  onEnd(span: ReadableSpan): void {
    if (isSampled(span)) this.queue(span);
  }
}

function isSampled(span: ReadableSpan): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}
