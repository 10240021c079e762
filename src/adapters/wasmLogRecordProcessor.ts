import type { ReadableLogRecord } from '../otel';
import type { Guests } from '../pipeline';
import { BatchProcessor, type BatchProcessorOptions } from './batchProcessor';
import { LOG_RECORDS } from './signals';

/** Options of {@link WasmLogRecordProcessor}. Batching options have their defaults from `OTEL_BLRP_*`. */
export type WasmLogRecordProcessorOptions = BatchProcessorOptions<'logs', ReadableLogRecord>;

/**
 * A LogRecordProcessor that batches log records, puts each batch through a guest and hands on what it returns, with the
 * options and defaults of the SDK's BatchLogRecordProcessor. Nothing that a guest does reaches `logger.emit()`.
 */
export class WasmLogRecordProcessor extends BatchProcessor<'logs', ReadableLogRecord> {
  /**
   * Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline
   * also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmLogRecordProcessorOptions = {}) {
    super('WasmLogRecordProcessor', LOG_RECORDS, guests, options);
  }

  /** Queues a record for the next batch. Never throws; a full queue drops it, counted as `QUEUE_FULL`. */
  onEmit(logRecord: ReadableLogRecord): void {
    this.queue(logRecord);
  }
}
