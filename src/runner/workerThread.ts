import { Worker, type WorkerOptions } from 'node:worker_threads';
import { messageOf, OtelWasmError } from '../abi';

/** Options of a worker thread. `script` is its source text. */
export interface WorkerThreadOptions extends Pick<WorkerOptions, 'env' | 'resourceLimits' | 'workerData'> {
  readonly script: string;
  readonly name: string;
}

/**
 * The host's view of a worker thread that runs a script. The thread gets nothing of the app implicitly: no
 * environment, no command line (`--require tracing.js` would start the app's SDK in it, whose own workers would do
 * the same without end), no stdin. It keeps the app's process alive only while the host waits for it.
 */
export class WorkerThread<Received, Sent> {
  /** Resolves when the thread has ended and all its messages were received, with `WORKER_CRASHED` and the reason. */
  readonly exited: Promise<OtelWasmError>;
  readonly #worker: Worker;
  #holds = 0;

  /** Throws OtelWasmError `START_FAILED` where threads are unavailable or not allowed. */
  constructor(options: WorkerThreadOptions, onMessage: (message: Received) => void) {
    this.#worker = startThread(options);
    this.#worker.on('message', onMessage);
    this.exited = this.#exited();
    // After the listeners: adding one for messages references the worker again.
    this.#worker.unref();
  }

  post(message: Sent): void {
    this.#worker.postMessage(message);
  }

  /** Ends the thread, whatever it is doing; `exited` follows. */
  terminate(): void {
    void this.#worker.terminate();
  }

  /** Keeps the app's process alive only while `work` is pending. */
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
