import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '../otel';
import type { Guests } from '../pipeline';
import { BatchProcessor, type BatchProcessorOptions } from './batchProcessor';
import { SPANS } from './signals';

/** Options of {@link WasmSpanProcessor}. Batching options have their defaults from `OTEL_BSP_*`. */
export type WasmSpanProcessorOptions = BatchProcessorOptions<'traces', ReadableSpan>;

/**
 * A SpanProcessor that batches ended, sampled spans, puts each batch through a guest and hands on what it returns, with
 * the options and defaults of the SDK's BatchSpanProcessor. Nothing that a guest does reaches `span.end()`.
 */
export class WasmSpanProcessor extends BatchProcessor<'traces', ReadableSpan> {
  /**
   * Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline
   * also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmSpanProcessorOptions = {}) {
    super('WasmSpanProcessor', SPANS, guests, options);
  }

  /** Nothing: a span is looked at when it has ended. */
  onStart(): void {
    // See onEnd.
  }

  /** Queues a sampled span for the next batch. Never throws; a full queue drops it, counted as `QUEUE_FULL`. */
  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) this.queue(span);
  }
}
