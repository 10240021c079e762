import { Worker } from 'node:worker_threads';
import { messageOf, OtelWasmError } from '../../abi';
import { type InstanceOptions, type LoadedGuest, type TimeLimit, withoutThrowing } from '../../guest';
import {
  type CreditSetup,
  Deadlines,
  type GuestPlace,
  type HostMessage,
  type PlaceSetup,
  placeSetup,
  type WorkerMessage,
} from '../isolated';
import { workerSource } from './source';
import { type GuestToLoad, ThreadGuest } from './threadGuest';

/** A worker keeps only messages and host functions on its JavaScript heap; the guest's memory lies outside of it. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };

/** `workerData`. Only a receiver has credits. */
export interface WorkerSetup extends PlaceSetup {
  readonly guest: LoadedGuest | GuestToLoad;
  readonly credits?: CreditSetup;
}

/**
 * A worker thread with one instance of a guest, seen from the host. It gets nothing of the app's: no environment, no
 * command line (`--require tracing.js` would start the app's SDK in it, and that its own workers, without end), no stdin.
 */
export class GuestThread implements GuestPlace {
  readonly exited: Promise<OtelWasmError>;
  readonly #worker: Worker;
  readonly #deadlines: Deadlines;
  #holds = 0;

  /** `onMessage` is told every message but the guest's lines. */
  constructor(
    guest: ThreadGuest | LoadedGuest,
    options: InstanceOptions,
    credits: CreditSetup | undefined,
    onMessage: (message: WorkerMessage) => void,
  ) {
    const { log, output } = options;
    this.#deadlines = new Deadlines(options, "the guest's worker");
    this.#worker = startThread(`otelwasm:${guest.name}`, {
      ...placeSetup(options),
      guest: guest instanceof ThreadGuest ? guest.guest : guest,
      credits,
    });
    this.#worker.on('message', (message: WorkerMessage) => {
      // Nothing above this catches what the app's logger throws.
      if (message.kind === 'log') withoutThrowing(() => log(message.level, message.text));
      else if (message.kind === 'output') withoutThrowing(() => output?.[message.stream]?.(message.line));
      else if (message.kind === 'loaded') {
        if (guest instanceof ThreadGuest) guest.loaded(message.guest);
      } else onMessage(message);
    });
    this.exited = this.#exited();
    // After the listeners: adding one for messages holds the process again.
    this.#worker.unref();
  }

  post(message: HostMessage): void {
    this.#worker.postMessage(message);
  }

  terminate(): void {
    void this.#worker.terminate();
  }

  async holding<T>(work: Promise<T>): Promise<T> {
    if (this.#holds++ === 0) this.#worker.ref();
    try {
      return await work;
    } finally {
      if (--this.#holds === 0) this.#worker.unref();
    }
  }

  deadline(limit: TimeLimit, late: (error: OtelWasmError) => void): () => void {
    return this.#deadlines.call(limit, late);
  }

  startUpDeadline(late: (error: OtelWasmError) => void): () => void {
    return this.#deadlines.startUp(late);
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
