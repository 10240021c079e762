import { Worker, type WorkerOptions } from 'node:worker_threads';
import { messageOf, OtelWasmError } from '../abi';

/** What a worker thread is made of; `script` is its text. */
export interface WorkerThreadOptions extends Pick<WorkerOptions, 'env' | 'resourceLimits' | 'workerData'> {
  readonly script: string;
  readonly name: string;
}

/**
 * A worker thread that runs a text, seen from the host. It gets nothing of the app's that is not given to it: no
 * environment, no command line (`--require tracing.js` would start the app's SDK in it, and that its own workers, without
 * end), no stdin. It keeps the app's process alive only while somebody waits for it.
 */
export class WorkerThread<Heard, Told> {
  /** Resolves when the thread is gone and all it had posted was heard, with `WORKER_CRASHED` and what ended it. */
  readonly exited: Promise<OtelWasmError>;
  readonly #worker: Worker;
  #holds = 0;

  /** Throws OtelWasmError `START_FAILED` where there are no threads, or none are allowed. */
  constructor(options: WorkerThreadOptions, onMessage: (message: Heard) => void) {
    this.#worker = startThread(options);
    this.#worker.on('message', onMessage);
    this.exited = this.#exited();
    // After the listeners: adding one for messages holds the process again.
    this.#worker.unref();
  }

  post(message: Told): void {
    this.#worker.postMessage(message);
  }

  /** Ends the thread, whatever it is doing; `exited` follows. */
  terminate(): void {
    void this.#worker.terminate();
  }

  /** Keeps the app's process alive while `work` is pending, and not longer. */
  async keepAliveDuring<T>(work: Promise<T>): Promise<T> {
    if (this.#holds++ === 0) this.#worker.ref();
    try {
      return await work;
    } finally {
      if (--this.#holds === 0) this.#worker.unref();
    }
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

function startThread({ script, env = {}, ...options }: WorkerThreadOptions): Worker {
  try {
    return new Worker(script, { ...options, env, eval: true, execArgv: [], stdin: false });
  } catch (cause) {
    throw new OtelWasmError('START_FAILED', `the guest's thread cannot be started: ${messageOf(cause)}`, {
      cause,
    });
  }
}
