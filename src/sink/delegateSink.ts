import { OtelWasmError } from '../abi';
import type { ExportResult } from '../otel';
import { callExporter } from './callExporter';
import type { Sink } from './sink';

/** The part of the SDK that sends with retries, for any protocol. */
export interface ExportDelegate {
  export(bytes: Uint8Array, callback: (result: ExportResult) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * A sink that sends with such a delegate. `areSocketsDrained` returns whether all sent bytes have left the process
 * and may be released.
 */
export function createDelegateSink(
  what: string,
  delegate: ExportDelegate,
  areSocketsDrained: () => boolean,
): Sink {
  let closed = false;
  return {
    send: async batch => {
      // The delegate itself would still send after its shutdown.
      if (closed) return { status: 'refused', error: new OtelWasmError('SHUTDOWN', `${what} is shut down`) };
      const outcome = await callExporter(what, callback => delegate.export(batch.bytes, callback));
      if (outcome.status === 'sent' && areSocketsDrained()) batch.release();
      return outcome;
    },
    forceFlush: () => delegate.forceFlush(),
    shutdown: () => {
      closed = true;
      return delegate.shutdown();
    },
  };
}
