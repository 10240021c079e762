import type { OtelWasmError } from '../../abi';
import type { TimeLimit } from '../../guest';
import type { HostMessage } from './messages';

/** The host's view of a thread or process with one instance of a guest. A listener receives its messages. */
export interface IsolatedGuest {
  /**
   * Resolves when the thread or process has ended and all its messages were received, with `WORKER_CRASHED` and the
   * reason.
   */
  readonly exited: Promise<OtelWasmError>;
  post(message: HostMessage): void;
  /** Ends the thread or process, whatever it is doing; `exited` follows. */
  terminate(): void;
  /** Keeps the app's process alive only while `work` is pending: an idle guest never does. */
  keepAliveDuring<T>(work: Promise<T>): Promise<T>;
  /**
   * Calls `late` when a guest call takes longer than the option `limit` allows. Returns a function that cancels this.
   */
  deadline(limit: TimeLimit, late: (error: OtelWasmError) => void): () => void;
  /** The same for the start of the thread or process. */
  startUpDeadline(late: (error: OtelWasmError) => void): () => void;
}
