import type { OtelWasmError } from '../abi';
import type { ConsumeOutcome } from '../guest';

/** One instance of a guest, in any isolation. The runner replaces it when it dies. */
export interface RunningInstance {
  /** Settles with `start()`: rejects with an OtelWasmError if the guest could not be started. */
  readonly started: Promise<void>;
  /** Passes one batch to the guest. One call at a time. Never rejects; after `failed` the instance must be discarded. */
  consume(bytes: Uint8Array): Promise<ConsumeOutcome>;
  /**
   * Runs the guest's `shutdown()` once, then frees the instance. Resolves with the guest's error, if any. Never
   * rejects.
   */
  shutdown(): Promise<OtelWasmError | undefined>;
  /** Frees a dead instance at once, without calling the guest. */
  discard(): void;
  /** Size of linear memory in bytes after the last call. */
  readonly memoryBytes: number;
}
