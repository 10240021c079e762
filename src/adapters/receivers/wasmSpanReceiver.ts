import type { SpanExporter, ReadableSpan } from '../../otel';
import type { GuestSource } from '../../guest';
import type { ReceiverOptions } from './receiverOptions';
import { WasmReceiver } from './wasmReceiver';
import type { ExporterOption } from '../exporterOption';
import { SPANS } from '../signals';

/** Options of {@link WasmSpanReceiver}. */
export interface WasmSpanReceiverOptions extends ReceiverOptions {
  /**
   * The destination of spans. A SpanExporter gets decoded spans, an adapter of this package the bytes. Default:
   * OTLP/HTTP.
   */
  readonly exporter?: ExporterOption<'traces', SpanExporter>;
}

/** Runs a guest that produces spans, on its own thread, and sends them to the next consumer. */
export class WasmSpanReceiver extends WasmReceiver<ReadableSpan[]> {
  /** Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`. */
  constructor(guest: GuestSource, options: WasmSpanReceiverOptions = {}) {
    super('WasmSpanReceiver', SPANS, guest, options);
  }
}
