import type { OtelWasmError, OwnedBytes } from '../abi';

/** What became of a batch that was sent. */
export type SendOutcome =
  /** The next consumer has it; but for `lost`, which its types cannot hold (`UNREPRESENTABLE`). */
  | { readonly status: 'sent'; readonly lost?: { readonly items: number; readonly error: OtelWasmError } }
  /** The next consumer did not take it (`EXPORT_FAILED`, `EXPORT_TIMEOUT`, `DECODE`, `SHUTDOWN`), or not these many items of it. */
  | { readonly status: 'refused'; readonly error: OtelWasmError; readonly items?: number };

/** Where bytes go next. Takes OTLP protobuf of one signal. */
export interface Sink {
  /** Sends a batch, which the sink owns from now on: it may release the bytes once they have left. Never rejects. */
  send(batch: OwnedBytes): Promise<SendOutcome>;
  /** Resolves when all that was sent before is through. */
  forceFlush(): Promise<void>;
  /** Ends the next consumer. Called once. */
  shutdown(): Promise<void>;
}

export const SENT: SendOutcome = { status: 'sent' };
