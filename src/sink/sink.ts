import type { OtelWasmError, OwnedBytes, Signal } from '../abi';
import type { OtlpHttpOptions } from './otlpHttpOptions';

/** The outcome of a batch that was sent. */
export type SendOutcome =
  /** The next consumer accepted it, except for `lost` items, which its types cannot hold (`UNREPRESENTABLE`). */
  | { readonly status: 'sent'; readonly lost?: { readonly items: number; readonly error: OtelWasmError } }
  /**
   * The next consumer refused it (`EXPORT_FAILED`, `EXPORT_TIMEOUT`, `DECODE`, `SHUTDOWN`), or refused this many
   * items of it.
   */
  | { readonly status: 'refused'; readonly error: OtelWasmError; readonly items?: number };

/** The next consumer of a pipeline's results. Takes OTLP protobuf of one signal. */
export interface Sink {
  /** Sends a batch and takes ownership of it: the sink may release the bytes once they have left the process. Never rejects. */
  send(batch: OwnedBytes): Promise<SendOutcome>;
  /** Resolves when everything sent before has arrived or failed. */
  forceFlush(): Promise<void>;
  /** Shuts the next consumer down. Called once. */
  shutdown(): Promise<void>;
  /**
   * The settings to create the same sink on another thread, which then replaces this one; undefined if that is
   * impossible.
   */
  readonly threadSetup?: OtlpHttpSetup;
}

/** Settings of OTLP/HTTP besides environment variables. All of them can be posted to a thread. */
export interface OtlpHttpSetup {
  readonly signal: Signal;
  readonly options: OtlpHttpOptions;
  readonly encoding: 'protobuf' | 'json';
}

export const SENT: SendOutcome = { status: 'sent' };
