import { performance } from 'node:perf_hooks';
import { messageOf, OtelWasmError } from '../abi/errors';
import { type RestartOptions, RestartPolicy } from './restartPolicy';
import type { ReceiverEnd, RunningReceiver } from './runningReceiver';
import { isLegalTransition, type RunnerState } from './state';

/** Keeps a receiver running, and starts it anew when it fails. */
export interface ReceiverRunner {
  readonly state: RunnerState;
  /** Instances that were made to replace a failed one. */
  readonly restarts: number;
  /** Size of the guest's linear memory in bytes; 0 when no instance runs. */
  readonly memoryBytes: number;
  /**
   * Starts the guest, once. Resolves when its `start()` succeeded; rejects with its reason, and with `SHUTDOWN` once
   * shutdown was asked for.
   */
  start(): Promise<void>;
  /** How the first start went, as {@link start} tells it, without starting anything. The same promise each time. */
  ready(): Promise<void>;
  /**
   * Asks the guest to return, and ends its thread when it has not after `shutdownGraceMillis`. Resolves when all it
   * emitted is delivered, with the guest's error if it had one. The same promise each time. Never rejects.
   */
  shutdown(): Promise<OtelWasmError | undefined>;
}

export interface ReceiverRunnerOptions {
  /** How long the guest may take to return, and to run its `shutdown()`, once it was asked to. */
  readonly shutdownGraceMillis: number;
  readonly restart?: RestartOptions;
  /** Told each time the guest failed or returned although nobody had asked it to. */
  readonly onFailure?: (error: OtelWasmError) => void;
}

/** A runner over runs of a receiver that `startRun` makes. Nothing is started before `start()`. */
export function createReceiverRunner(
  startRun: () => RunningReceiver,
  options: ReceiverRunnerOptions,
): ReceiverRunner {
  return new RestartingReceiver(startRun, options);
}

class RestartingReceiver implements ReceiverRunner {
  readonly #startRun: () => RunningReceiver;
  readonly #options: ReceiverRunnerOptions;
  readonly #policy: RestartPolicy;
  readonly #ready: Promise<void>;
  #started: () => void = () => undefined;
  #notStarted: (error: OtelWasmError) => void = () => undefined;
  #state: RunnerState = 'starting';
  #run: RunningReceiver | undefined;
  #running: Promise<OtelWasmError | undefined> | undefined;
  #endPause: () => void = () => undefined;
  #shutdown: Promise<OtelWasmError | undefined> | undefined;
  #restarts = 0;

  constructor(startRun: () => RunningReceiver, options: ReceiverRunnerOptions) {
    this.#startRun = startRun;
    this.#options = options;
    this.#policy = new RestartPolicy(options.restart);
    this.#ready = new Promise((resolve, reject) => {
      this.#started = resolve;
      this.#notStarted = reject;
    });
    this.#ready.catch(() => undefined);
  }

  get state(): RunnerState {
    return this.#state;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get memoryBytes(): number {
    return this.#run?.memoryBytes ?? 0;
  }

  start(): Promise<void> {
    if (this.#shutdown !== undefined) return Promise.reject(shutDown());
    this.#running ??= this.#keepRunning();
    return this.#ready;
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  shutdown(): Promise<OtelWasmError | undefined> {
    this.#shutdown ??= this.#stop();
    return this.#shutdown;
  }

  /** One run after the other, until shutdown, a failed first start, or a guest that returned by itself. */
  async #keepRunning(): Promise<OtelWasmError | undefined> {
    for (;;) {
      const begun = performance.now();
      const end = await this.#runOnce();
      this.#run = undefined;
      if (this.#shutdown !== undefined) return end.error;
      this.#options.onFailure?.(end.status === 'failed' ? end.error : returnedEarly());
      if (end.status === 'returned' || this.#state === 'starting') {
        this.#enter('failed');
        return undefined;
      }
      this.#enter('restarting');
      await this.#pause(this.#policy.delayAfterFailure(performance.now() - begun));
      if (this.#shutdown !== undefined) return undefined;
      this.#restarts++;
    }
  }

  async #runOnce(): Promise<ReceiverEnd> {
    try {
      this.#run = this.#startRun();
    } catch (cause) {
      const error = new OtelWasmError('START_FAILED', messageOf(cause), { cause });
      this.#notStarted(error);
      return { status: 'failed', error };
    }
    const { started, ended } = this.#run;
    started.then(() => {
      this.#enter('running');
      this.#started();
    }, this.#notStarted);
    return ended;
  }

  async #stop(): Promise<OtelWasmError | undefined> {
    const { shutdownGraceMillis } = this.#options;
    this.#enter('stopping');
    this.#notStarted(shutDown());
    this.#endPause();
    this.#run?.requestShutdown();
    const grace = setTimeout(() => this.#run?.terminate(tooLate(shutdownGraceMillis)), shutdownGraceMillis);
    grace.unref();
    const error = await this.#running;
    clearTimeout(grace);
    this.#enter('stopped');
    return error;
  }

  /** Waits for the backoff; shutdown ends it. Does not keep the process alive. */
  #pause(millis: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, millis);
      timer.unref();
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #enter(state: RunnerState): void {
    if (isLegalTransition(this.#state, state)) this.#state = state;
  }
}

function shutDown(): OtelWasmError {
  return new OtelWasmError('SHUTDOWN', 'the receiver is shut down');
}

function returnedEarly(): OtelWasmError {
  return new OtelWasmError('GUEST_EXIT', 'the receiver returned before its shutdown was requested');
}

function tooLate(millis: number): OtelWasmError {
  return new OtelWasmError(
    'GUEST_TIMEOUT',
    `the receiver did not return within shutdownGraceMillis (${millis}) and was stopped`,
  );
}
