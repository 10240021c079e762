import type { PushMetricExporter, ResourceMetrics } from '../../otel';
import type { GuestSource } from '../../guest';
import type { ReceiverOptions } from './receiverOptions';
import { WasmReceiver } from './wasmReceiver';
import type { ExporterOption } from '../exporterOption';
import { METRICS } from '../signals';

/** Options of {@link WasmMetricReceiver}. */
export interface WasmMetricReceiverOptions extends ReceiverOptions {
  /**
   * The destination of metrics. A PushMetricExporter gets decoded metrics, one resource at a time; an adapter of this
   * package the bytes. Default: OTLP/HTTP.
   */
  readonly exporter?: ExporterOption<'metrics', PushMetricExporter>;
}

/** Runs a guest that produces metrics, on its own thread, and sends them to the next consumer. */
export class WasmMetricReceiver extends WasmReceiver<ResourceMetrics> {
  /** Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`. */
  constructor(guest: GuestSource, options: WasmMetricReceiverOptions = {}) {
    super('WasmMetricReceiver', METRICS, guest, options);
  }
}
