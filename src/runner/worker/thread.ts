import { Worker } from 'node:worker_threads';
import { messageOf, OtelWasmError } from '../../abi';
import {
  type InstanceOptions,
  type LoadedGuest,
  ranTooLong,
  type TimeLimit,
  withoutThrowing,
} from '../../guest';
import type { CreditSetup, HostMessage, WorkerMessage, WorkerSetup } from './messages';
import { workerSource } from './source';

/** How long a thread may take to come up, before the guest's own time begins: a loaded machine is not the guest's fault. */
const START_UP_MILLIS = 30_000;

/** A worker keeps only messages and host functions on its JavaScript heap; the guest's memory lies outside of it. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };

/**
 * A worker thread with one instance of a guest, seen from the host. It gets nothing of the app's: no environment, no
 * command line (`--require tracing.js` would start the app's SDK in it, and that its own workers, without end), no stdin.
 */
export class GuestThread {
  /** Resolves when the thread is gone and all it had posted was heard, with `WORKER_CRASHED` and what ended it. */
  readonly exited: Promise<OtelWasmError>;
  readonly #worker: Worker;
  readonly #timeouts: Readonly<Record<TimeLimit, number>>;
  #holds = 0;

  /** `onMessage` is told every message but the guest's lines. */
  constructor(
    guest: LoadedGuest,
    options: InstanceOptions,
    credits: CreditSetup | undefined,
    onMessage: (message: WorkerMessage) => void,
  ) {
    const { role, signal, pluginConfigJson, maxMemoryBytes, wasi, log, output } = options;
    const workerData: WorkerSetup = {
      guest,
      options: { role, signal, pluginConfigJson, maxMemoryBytes, wasi },
      output: (['stdout', 'stderr'] as const).filter(stream => output?.[stream] !== undefined),
      credits,
    };
    const { guestTimeoutMillis, startTimeoutMillis = guestTimeoutMillis } = options;
    this.#timeouts = { guestTimeoutMillis, startTimeoutMillis };
    this.#worker = startThread(`otelwasm:${guest.name}`, workerData);
    this.#worker.on('message', (message: WorkerMessage) => {
      // Nothing above this catches what the app's logger throws.
      if (message.kind === 'log') withoutThrowing(() => log(message.level, message.text));
      else if (message.kind === 'output') withoutThrowing(() => output?.[message.stream]?.(message.line));
      else onMessage(message);
    });
    this.exited = this.#exited();
    // After the listeners: adding one for messages holds the process again.
    this.#worker.unref();
  }

  post(message: HostMessage): void {
    this.#worker.postMessage(message);
  }

  /** Ends the thread, whatever it is doing; `exited` follows. */
  terminate(): void {
    void this.#worker.terminate();
  }

  /** Keeps the process alive while `work` is pending, and not longer: an idle guest never does. */
  async holding<T>(work: Promise<T>): Promise<T> {
    if (this.#holds++ === 0) this.#worker.ref();
    try {
      return await work;
    } finally {
      if (--this.#holds === 0) this.#worker.unref();
    }
  }

  /**
   * Calls `late` when a guest call takes longer than the option `limit` allows; returns how to call that off.
   * The timer looks once more after the messages that wait: this thread may be what was late.
   */
  deadline(limit: TimeLimit, late: (error: OtelWasmError) => void): () => void {
    const millis = this.#timeouts[limit];
    return after(millis, () => late(ranTooLong(millis, limit)));
  }

  /** The same for the time that a thread needs to come up. */
  startUpDeadline(late: (error: OtelWasmError) => void): () => void {
    return after(START_UP_MILLIS, () =>
      late(new OtelWasmError('START_FAILED', `the guest's worker did not come up in ${START_UP_MILLIS} ms`)),
    );
  }

  #exited(): Promise<OtelWasmError> {
    return new Promise(resolve => {
      let reason: string | undefined;
      this.#worker
        .on('error', (error: unknown) => (reason ??= messageOf(error)))
        .on('messageerror', (error: unknown) => {
          reason ??= messageOf(error);
          this.terminate();
        })
        .on('exit', code =>
          resolve(
            new OtelWasmError('WORKER_CRASHED', `the guest's worker ended: ${reason ?? `exit code ${code}`}`),
          ),
        );
    });
  }
}

/** Throws OtelWasmError `START_FAILED` where there are no threads, or none are allowed. */
function startThread(name: string, workerData: WorkerSetup): Worker {
  try {
    return new Worker(workerSource, {
      eval: true,
      name,
      workerData,
      env: {},
      execArgv: [],
      stdin: false,
      resourceLimits: RESOURCE_LIMITS,
    });
  } catch (cause) {
    throw new OtelWasmError('START_FAILED', `the guest's thread cannot be started: ${messageOf(cause)}`, {
      cause,
    });
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
