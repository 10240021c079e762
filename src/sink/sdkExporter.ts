import type { SdkExporter } from '../otel';
import type { Signal } from '../abi';
import { callExporter } from './callExporter';
import type { Decode } from './decode';
import { sendInParts } from './sendInParts';
import type { SendOutcome, Sink } from './sink';

/** Creates a sink that decodes the bytes and passes the objects to an SDK exporter, one batch at a time. */
export function createSdkExporterSink<Batch>(
  signal: Signal,
  exporter: SdkExporter<Batch>,
  decode: Decode<Batch>,
): Sink {
  const send = (batch: Batch): Promise<SendOutcome> =>
    callExporter('the exporter', callback => exporter.export(batch, callback));
  return {
    send: batch => sendInParts(signal, batch, decode, send),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
