import type { LogRecordExporter, ReadableLogRecord } from '../../otel';
import type { GuestSource } from '../../guest';
import type { ReceiverOptions } from './receiverOptions';
import { WasmReceiver } from './wasmReceiver';
import type { ExporterOption } from '../exporterOption';
import { LOG_RECORDS } from '../signals';

/** Options of {@link WasmLogRecordReceiver}. */
export interface WasmLogRecordReceiverOptions extends ReceiverOptions {
  /**
   * The destination of log records. A LogRecordExporter gets decoded records, an adapter of this package the bytes.
   * Default: OTLP/HTTP.
   */
  readonly exporter?: ExporterOption<'logs', LogRecordExporter>;
}

/** Runs a guest that produces log records, on its own thread, and sends them to the next consumer. */
export class WasmLogRecordReceiver extends WasmReceiver<ReadableLogRecord[]> {
  /** Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`. */
  constructor(guest: GuestSource, options: WasmLogRecordReceiverOptions = {}) {
    super('WasmLogRecordReceiver', LOG_RECORDS, guest, options);
  }
}
