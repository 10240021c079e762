import type { OtelWasmError } from '../../abi';
import type { TimeLimit } from '../../guest';
import type { HostMessage } from './messages';

/** A thread or process with one instance of a guest, seen from the host. What it posts goes to a listener of its maker. */
export interface GuestPlace {
  /** Resolves when the place is gone and all it had posted was heard, with `WORKER_CRASHED` and what ended it. */
  readonly exited: Promise<OtelWasmError>;
  post(message: HostMessage): void;
  /** Ends the place, whatever it is doing; `exited` follows. */
  terminate(): void;
  /** Keeps the app's process alive while `work` is pending, and not longer: an idle guest never does. */
  holding<T>(work: Promise<T>): Promise<T>;
  /** Calls `late` when a guest call takes longer than the option `limit` allows; returns how to call that off. */
  deadline(limit: TimeLimit, late: (error: OtelWasmError) => void): () => void;
  /** The same for the time that the place needs to come up. */
  startUpDeadline(late: (error: OtelWasmError) => void): () => void;
}
