import type { ExportResult } from '@opentelemetry/core';
import { messageOf, OtelWasmError } from '../abi/errors';
import { exported } from './exported';
import { type SendOutcome, SENT, type Sink } from './sink';

/** What the SDK's three kinds of exporters have in common. */
export interface SdkExporter<Batch> {
  export(batch: Batch, callback: (result: ExportResult) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * Decodes the bytes and hands the objects to an exporter of the SDK's kind.
 * `decode` may return several batches (one `ResourceMetrics` each for metrics); they are exported one after the other.
 */
export function createSdkExporterSink<Batch>(
  exporter: SdkExporter<Batch>,
  decode: (bytes: Uint8Array) => readonly Batch[],
): Sink {
  return {
    send: async bytes => {
      let batches: readonly Batch[];
      try {
        batches = decode(bytes);
      } catch (error) {
        return { status: 'refused', error: asDecodeError(error) };
      }
      let outcome: SendOutcome = SENT;
      for (const batch of batches) {
        const one = await exported('the exporter', callback => exporter.export(batch, callback));
        if (one.status === 'refused') outcome = one;
      }
      return outcome;
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function asDecodeError(error: unknown): OtelWasmError {
  return error instanceof OtelWasmError
    ? error
    : new OtelWasmError('DECODE', messageOf(error), { cause: error });
}
