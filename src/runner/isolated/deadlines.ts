import { OtelWasmError } from '../../abi';
import { type InstanceOptions, guestTimeoutError, type TimeLimit } from '../../guest';

/**
 * Time for a thread or process to start, before the guest's own time begins: a loaded machine is not the guest's
 * fault.
 */
const START_UP_MILLIS = 30_000;

/**
 * The time limits of a guest in a thread or process. When a timer fires, pending messages arrive first: the answer
 * may be there already if this thread was busy.
 */
export class Deadlines {
  readonly #millis: Readonly<Record<TimeLimit, number>>;
  readonly #what: string;

  /** `what`: the thread or process, for messages. */
  constructor(options: InstanceOptions, what: string) {
    const { guestTimeoutMillis, startTimeoutMillis = guestTimeoutMillis } = options;
    this.#millis = { guestTimeoutMillis, startTimeoutMillis };
    this.#what = what;
  }

  /**
   * Calls `late` when a guest call takes longer than the option `limit` allows. Returns a function that cancels this.
   */
  call(limit: TimeLimit, late: (error: OtelWasmError) => void): () => void {
    const millis = this.#millis[limit];
    return after(millis, () => late(guestTimeoutError(millis, limit)));
  }

  /** The same limit for the start of the thread or process. */
  startUp(late: (error: OtelWasmError) => void): () => void {
    return after(START_UP_MILLIS, () =>
      late(new OtelWasmError('START_FAILED', `${this.#what} did not start within ${START_UP_MILLIS} ms`)),
    );
  }
}

function after(millis: number, late: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => (immediate = setImmediate(late)), millis);
  timer.unref();
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}
