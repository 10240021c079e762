import type { OtelWasmError } from '../../abi';
import type { TimeLimit } from '../../guest';
import type { HostMessage } from './messages';

/** A thread or process with one instance of a guest, seen from the host. What it posts goes to a listener of its maker. */
export interface IsolatedGuest {
  /** Resolves when the thread or process has ended and all it had posted was received, with `WORKER_CRASHED` and what ended it. */
  readonly exited: Promise<OtelWasmError>;
  post(message: HostMessage): void;
  /** Ends the thread or process, whatever it is doing; `exited` follows. */
  terminate(): void;
  /** Keeps the app's process alive while `work` is pending, and not longer: an idle guest never does. */
  keepAliveDuring<T>(work: Promise<T>): Promise<T>;
  /** Calls `late` when a guest call takes longer than the option `limit` allows; returns how to call that off. */
  deadline(limit: TimeLimit, late: (error: OtelWasmError) => void): () => void;
  /** The same for the time that the thread or process needs to start. */
  startUpDeadline(late: (error: OtelWasmError) => void): () => void;
}
