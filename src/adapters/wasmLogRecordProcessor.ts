import type { ReadableLogRecord } from '../otel';
import type { Guests } from '../pipeline';
import { BatchProcessor, type BatchProcessorOptions } from './batchProcessor';
import { LOG_RECORDS } from './signals';

/** Options of {@link WasmLogRecordProcessor}. The defaults of batching options come from `OTEL_BLRP_*`. */
export type WasmLogRecordProcessorOptions = BatchProcessorOptions<'logs', ReadableLogRecord>;

/**
 * A LogRecordProcessor that batches log records, passes each batch through a guest and sends the result to the next
 * consumer, with the options and defaults of the SDK's BatchLogRecordProcessor. A guest's failure never reaches
 * `logger.emit()`.
 */
export class WasmLogRecordProcessor extends BatchProcessor<'logs', ReadableLogRecord> {
  /**
   * Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline
   * also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmLogRecordProcessorOptions = {}) {
    super('WasmLogRecordProcessor', LOG_RECORDS, guests, options);
  }

  /** Queues a record for the next batch. Never throws. A full queue drops it, counted as `QUEUE_FULL`. */
  onEmit(logRecord: ReadableLogRecord): void {
    this.queue(logRecord);
  }
}
