import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { GuestSource } from '../guest';
import { decodeMetrics } from '../otlp';
import { type BurstLog, type BytesConsumer, createNextConsumer } from '../pipeline';
import type { ReceiverOptions } from './options';
import { WasmReceiver } from './wasmReceiver';

/** Options of {@link WasmMetricsReceiver}. */
export interface WasmMetricsReceiverOptions extends ReceiverOptions {
  /**
   * Where metrics go. A PushMetricExporter gets decoded metrics, one resource at a time; an adapter of this package the
   * bytes. Default: OTLP/HTTP.
   */
  readonly exporter?: PushMetricExporter | BytesConsumer<'metrics'>;
}

/** Runs a guest that produces metrics, on its own thread, and hands them on. */
export class WasmMetricsReceiver extends WasmReceiver {
  /** Throws OtelWasmError: `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`. */
  constructor(guest: GuestSource, options: WasmMetricsReceiverOptions = {}) {
    super('WasmMetricsReceiver', 'metrics', guest, options, log =>
      createNextConsumer('metrics', options.exporter, options.otlp, bytes => decoded(bytes, log)),
    );
  }
}

/** OTLP holds more than the SDK's types: what an exporter of the SDK's kind cannot be given is at least told. */
function decoded(bytes: Uint8Array, log: BurstLog): ResourceMetrics[] {
  const { resourceMetrics, unrepresentable } = decodeMetrics(bytes);
  for (const { reason, dataPoints, dropped } of unrepresentable) {
    log.warn(
      'DECODE',
      `${dataPoints} data points ${dropped ? 'dropped' : 'changed'} for the exporter: ${reason}`,
    );
  }
  return resourceMetrics;
}
