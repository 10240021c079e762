import type { ReadableSpan } from '../otel';
import type { ConsumerOptions, Guests } from '../pipeline';
import { GuestExporter } from './guestExporter';
import { SPANS } from './signals';

/** Options of {@link WasmSpanExporter}. */
export type WasmSpanExporterOptions = ConsumerOptions;

/** A SpanExporter whose guest is the destination: the guest's status is the result of the export. */
export class WasmSpanExporter extends GuestExporter<'traces', ReadableSpan[]> {
  /**
   * In a chain, the last guest is the exporter and the others are processors. Throws OtelWasmError: `INVALID_OPTION`,
   * `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmSpanExporterOptions = {}) {
    super('WasmSpanExporter', SPANS, guests, options);
  }
}
