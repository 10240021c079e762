import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, OtelWasmError } from '../abi';
import { type RestartOptions, RestartPolicy } from './restartPolicy';
import type { ReceiverEnd, RunningReceiver } from './runningReceiver';
import { checkTransition, type RunnerState } from './state';

/** Keeps a receiver running, and restarts it when it fails. */
export interface ReceiverRunner {
  readonly state: RunnerState;
  /** Instances that replaced a failed one. */
  readonly restarts: number;
  /** Size of the guest's linear memory in bytes, at its last batch; 0 before the first start. */
  readonly memoryBytes: number;
  /**
   * Starts the guest, once. Resolves when its `start()` succeeded. Rejects with its reason, and with `SHUTDOWN` once
   * shutdown was requested.
   */
  start(): Promise<void>;
  /** Settles like {@link start}, without starting anything. Returns the same promise each time. */
  ready(): Promise<void>;
  /**
   * Asks the guest to return, and ends its thread if it has not returned after `shutdownGraceMillis`. Resolves when
   * the thread has ended, with the guest's error, if any. Returns the same promise each time. Never rejects.
   */
  shutdown(): Promise<OtelWasmError | undefined>;
  /** Resolves when everything emitted so far is delivered. Never rejects. */
  delivered(): Promise<void>;
}

export interface ReceiverRunnerOptions {
  /** Time limit for the guest to return, and to run its `shutdown()`, after the shutdown request. */
  readonly shutdownGraceMillis: number;
  readonly restart?: RestartOptions;
  /** Called each time the guest failed or returned without a request. */
  readonly onFailure?: (error: OtelWasmError) => void;
}

/** A runner of receiver runs that `startRun` creates. Nothing starts before `start()`. */
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
  #stop: () => void = () => undefined;
  readonly #stopping = new Promise<void>(resolve => (this.#stop = resolve));
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
    this.#shutdown ??= this.#runShutdown();
    return this.#shutdown;
  }

  delivered(): Promise<void> {
    return this.#run?.delivered() ?? Promise.resolve();
  }

  /** One run after another, until shutdown, a failed first start, or a guest that returned before shutdown. */
  async #keepRunning(): Promise<OtelWasmError | undefined> {
    for (;;) {
      const begun = performance.now();
      const end = await this.#runOnce();
      if (this.#shutdown !== undefined) return end.error;
      this.#options.onFailure?.(end.status === 'failed' ? end.error : returnedEarly(end.error));
      if (end.status === 'returned' || this.#state === 'starting') {
        this.#enter('failed');
        return undefined;
      }
      this.#enter('restarting');
      const delayMillis = this.#policy.delayAfterFailure(performance.now() - begun);
      await Promise.race([this.#backOff(delayMillis), this.#stopping]);
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
      // Not after a shutdown request, or if the run has already ended.
      if (this.#state === 'starting' || this.#state === 'restarting') this.#enter('running');
      this.#started();
    }, this.#notStarted);
    return ended;
  }

  async #runShutdown(): Promise<OtelWasmError | undefined> {
    const { shutdownGraceMillis } = this.#options;
    this.#enter('stopping');
    this.#notStarted(shutDown());
    this.#stop();
    this.#run?.requestShutdown();
    const grace = setTimeout(() => this.#run?.terminate(tooLate(shutdownGraceMillis)), shutdownGraceMillis);
    grace.unref();
    const error = await this.#running;
    clearTimeout(grace);
    this.#enter('stopped');
    return error;
  }

  /** Waits until the last run's batches are delivered: the next run has its own credit, and both must not add up. */
  async #backOff(millis: number): Promise<void> {
    await this.delivered();
    await sleep(millis, undefined, { ref: false });
  }

  #enter(state: RunnerState): void {
    checkTransition(this.#state, state);
    this.#state = state;
  }
}

function shutDown(): OtelWasmError {
  return new OtelWasmError('SHUTDOWN', 'the receiver is shut down');
}

function returnedEarly(reason: OtelWasmError | undefined): OtelWasmError {
  const detail = reason === undefined ? '' : `: ${reason.message}`;
  return new OtelWasmError('GUEST_EXIT', `the receiver returned before its shutdown was requested${detail}`);
}

function tooLate(millis: number): OtelWasmError {
  return new OtelWasmError(
    'GUEST_TIMEOUT',
    `the receiver did not return within shutdownGraceMillis (${millis}) and was stopped`,
  );
}
