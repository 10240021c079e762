import { ExportResultCode } from '../otel';
import { callExporter } from './callExporter';
import type { Sink } from './sink';

/**
 * Your own exporter of the encoded bytes: to a file, to a queue, over another protocol. Only `exportBytes` is
 * required.
 */
export interface BytesExporter {
  /**
   * Exports a batch: OTLP protobuf of the adapter's signal, an `ExportTraceServiceRequest` (or the one for metrics or
   * logs). Batches may be concatenated: the result is again a message of this type. A rejection loses the batch and
   * counts it as `EXPORT_FAILED`.
   *
   * @param bytes may be overwritten once the promise has settled: copy what you keep longer
   */
  exportBytes(bytes: Uint8Array): Promise<void>;
  /** Resolves when all earlier batches are exported. */
  forceFlush?(): Promise<void>;
  /** Called once, after the last batch. */
  shutdown?(): Promise<void>;
}

/** Passes bytes to the user's exporter. */
export function createBytesExporterSink(exporter: BytesExporter): Sink {
  return {
    send: async batch => {
      const outcome = await callExporter('the exporter', async callback => {
        await exporter.exportBytes(batch.bytes);
        callback({ code: ExportResultCode.SUCCESS });
      });
      batch.release();
      return outcome;
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: async () => exporter.shutdown?.(),
  };
}
