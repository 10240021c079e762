import { OtelWasmError } from '../abi';
import type { ExportResult } from '../otel';
import { exported } from './exported';
import type { Sink } from './sink';

/** The SDK's part that sends with retries, whatever the protocol. */
export interface Delegate {
  export(bytes: Uint8Array, callback: (result: ExportResult) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A sink of such a delegate; `isWrittenOut` tells whether all bytes that were sent have left and may be released. */
export function createDelegateSink(what: string, delegate: Delegate, isWrittenOut: () => boolean): Sink {
  let closed = false;
  return {
    send: async batch => {
      // The delegate itself still sends after its shutdown.
      if (closed) return { status: 'refused', error: new OtelWasmError('SHUTDOWN', `${what} is shut down`) };
      const outcome = await exported(what, callback => delegate.export(batch.bytes, callback));
      if (outcome.status === 'sent' && isWrittenOut()) batch.release();
      return outcome;
    },
    forceFlush: () => delegate.forceFlush(),
    shutdown: () => {
      closed = true;
      return delegate.shutdown();
    },
  };
}
