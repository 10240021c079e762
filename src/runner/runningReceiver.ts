import type { OtelWasmError } from '../abi';

/** How a receiver's run ended. */
export type ReceiverEnd =
  /** Its function returned, and `shutdown()` was called; `error` is the error of that call, if any. */
  | { readonly status: 'returned'; readonly error?: OtelWasmError }
  /** It trapped, exited, crashed or was terminated. */
  | { readonly status: 'failed'; readonly error: OtelWasmError };

/** One run of a receiver guest on its thread. */
export interface RunningReceiver {
  /** Settles with `start()`: rejects with an OtelWasmError if the guest could not be started. */
  readonly started: Promise<void>;
  /** Resolves when the thread has ended and emits nothing more. Never rejects. */
  readonly ended: Promise<ReceiverEnd>;
  /** Resolves when everything emitted so far is delivered. Never rejects. */
  delivered(): Promise<void>;
  /** Size of linear memory in bytes at the last batch. */
  readonly memoryBytes: number;
  /** Raises the flag that the guest reads with `get_shutdown_requested`, and wakes it. */
  requestShutdown(): void;
  /** Ends the thread, whatever it is doing. `why` becomes the error of `ended`. */
  terminate(why: OtelWasmError): void;
}
