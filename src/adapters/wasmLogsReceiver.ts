import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { GuestSource } from '../guest';
import { decodedLogRecords } from '../sink';
import type { ReceiverOptions } from './receiverOptions';
import { WasmReceiver } from './wasmReceiver';
import { type BytesConsumer, createSink } from './exporterOption';

/** Options of {@link WasmLogsReceiver}. */
export interface WasmLogsReceiverOptions extends ReceiverOptions {
  /** Where log records go. A LogRecordExporter gets decoded records, an adapter of this package the bytes. Default: OTLP/HTTP. */
  readonly exporter?: LogRecordExporter | BytesConsumer<'logs'>;
}

/** Runs a guest that produces log records, on its own thread, and hands them on. */
export class WasmLogsReceiver extends WasmReceiver {
  /** Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`. */
  constructor(guest: GuestSource, options: WasmLogsReceiverOptions = {}) {
    super('WasmLogsReceiver', 'logs', guest, options, () =>
      createSink('logs', options.exporter, options.otlp, decodedLogRecords),
    );
  }
}
