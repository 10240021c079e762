import type { ReadableLogRecord } from '../otel';
import type { ConsumerOptions, Guests } from '../pipeline';
import { GuestExporter } from './guestExporter';
import { LOG_RECORDS } from './signals';

/** Options of {@link WasmLogRecordExporter}. */
export type WasmLogRecordExporterOptions = ConsumerOptions;

/** A LogRecordExporter whose guest is the destination: the guest's status is the result of the export. */
export class WasmLogRecordExporter extends GuestExporter<'logs', ReadableLogRecord[]> {
  /**
   * In a chain, the last guest is the exporter and the others are processors. Throws OtelWasmError: `INVALID_OPTION`,
   * `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmLogRecordExporterOptions = {}) {
    super('WasmLogRecordExporter', LOG_RECORDS, guests, options);
  }
}
