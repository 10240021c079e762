import { ExportResultCode } from '../otel';
import { callExporter } from './callExporter';
import type { Sink } from './sink';

/**
 * An exporter of your own for the bytes as they are: into a file, a queue, over another protocol. The one method that it
 * needs is `exportBytes`.
 */
export interface BytesExporter {
  /**
   * Takes a batch: OTLP protobuf of the adapter's signal, an `ExportTraceServiceRequest` (metrics, logs alike), which
   * messages of the same kind may follow by concatenation. A rejection loses the batch: it is counted as `EXPORT_FAILED`.
   *
   * @param bytes may be written over once the promise has settled: copy what is kept longer
   */
  exportBytes(bytes: Uint8Array): Promise<void>;
  /** Resolves when all earlier batches are exported. */
  forceFlush?(): Promise<void>;
  /** Called once, after the last batch. */
  shutdown?(): Promise<void>;
}

/** Hands bytes to an exporter of the user's. */
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
