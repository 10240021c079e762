import { performance } from 'node:perf_hooks';
import { messageOf, OtelWasmError } from '../abi';
import type { ConsumeOutcome } from '../guest';
import { type RestartOptions, RestartPolicy } from './restartPolicy';
import type { RunningInstance } from './runningInstance';
import { isLegalTransition, type RunnerState } from './state';

/** Keeps one instance of a guest running, and replaces it when it fails. */
export interface Runner {
  readonly state: RunnerState;
  /** Instances that were made to replace a failed or recycled one. */
  readonly restarts: number;
  /** Batches that were handed to an instance. */
  readonly calls: number;
  /** Size of the guest's linear memory in bytes; 0 when no instance runs. */
  readonly memoryBytes: number;
  /** Resolves when the first `start()` succeeded; rejects with the guest's reason. */
  ready(): Promise<void>;
  /**
   * Hands a batch to the instance. Never rejects. While the guest waits for its backoff the answer is `failed` with
   * `GUEST_DOWN`, at once; with `ignoreBackoff` a new instance is made all the same, and its failure is not held against the guest.
   */
  consume(bytes: Uint8Array, ignoreBackoff?: boolean): Promise<ConsumeOutcome>;
  /**
   * Starts another version of the guest beside the one that serves, and lets it take over between two batches; from then
   * on replacements are made by `startInstance`. If it cannot be started nothing changes, and the error is thrown.
   */
  reload(startInstance: () => RunningInstance): Promise<void>;
  /** Waits for the call in flight, then runs the guest's `shutdown()` once. The same promise each time. Never rejects. */
  shutdown(): Promise<OtelWasmError | undefined>;
}

export interface RunnerOptions {
  readonly restart?: RestartOptions;
  /** Linear memory in bytes above which the instance is replaced between two batches; none by default. */
  readonly recycleMemoryBytes?: number;
  /** Told once, when shutdown is asked for. */
  readonly onShutdown?: () => void;
  /** Told the error of a guest whose `shutdown()` nobody waits for: of an instance that was recycled, or made way for another version. */
  readonly onShutdownError?: (error: OtelWasmError) => void;
}

/**
 * A runner over instances that `startInstance` makes. What it throws the first time goes through: an inline guest that
 * cannot start fails at construction. Replacements are made when the next batch comes, so an idle app pays nothing.
 */
export function createRunner(startInstance: () => RunningInstance, options: RunnerOptions = {}): Runner {
  return new RestartingRunner(startInstance, options);
}

/** An instance that had room once and has none this often in a row, for ever smaller batches, is full: a leak of its own. */
const MAX_ROOMLESS_CALLS = 16;

class RestartingRunner implements Runner {
  #startInstance: () => RunningInstance;
  readonly #options: RunnerOptions;
  #policy: RestartPolicy;
  readonly #ready: Promise<void>;
  #state: RunnerState = 'starting';
  #instance: RunningInstance | undefined;
  /** When the instance that serves had started; undefined while there is none. */
  #aliveSince: number | undefined;
  #startMemoryBytes = 0;
  #retryAt = 0;
  #lastFailure: OtelWasmError | undefined;
  #restarts = 0;
  #calls = 0;
  /** Whether this instance ever took a batch, and how often in a row it had no room for one. */
  #hasServed = false;
  #roomless = 0;
  #inFlight: Promise<unknown> = Promise.resolve();
  #shutdown: Promise<OtelWasmError | undefined> | undefined;

  constructor(startInstance: () => RunningInstance, options: RunnerOptions) {
    this.#startInstance = startInstance;
    this.#options = options;
    this.#policy = new RestartPolicy(options.restart);
    const instance = startInstance();
    this.#instance = instance;
    this.#ready = instance.started.then(
      () => this.#serves(instance),
      (error: unknown) => {
        this.#failed(asError(error), false);
        throw error;
      },
    );
    this.#inFlight = this.#ready.catch(() => undefined);
  }

  get state(): RunnerState {
    return this.#state;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get calls(): number {
    return this.#calls;
  }

  get memoryBytes(): number {
    return this.#instance?.memoryBytes ?? 0;
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  consume(bytes: Uint8Array, ignoreBackoff = false): Promise<ConsumeOutcome> {
    if (this.#shutdown !== undefined) {
      return Promise.resolve(failed(new OtelWasmError('SHUTDOWN', 'the guest is shut down')));
    }
    return this.#afterInFlight(() => this.#consume(bytes, ignoreBackoff));
  }

  async reload(startInstance: () => RunningInstance): Promise<void> {
    const next = startInstance();
    try {
      await next.started;
    } catch (error) {
      next.discard();
      throw error;
    }
    await this.#afterInFlight(() => this.#takeOver(next, startInstance));
  }

  shutdown(): Promise<OtelWasmError | undefined> {
    if (this.#shutdown === undefined) this.#options.onShutdown?.();
    this.#shutdown ??= this.#afterInFlight(async () => {
      this.#enter('stopping');
      const error = await this.#instance?.shutdown();
      this.#instance = undefined;
      this.#enter('stopped');
      return error;
    });
    return this.#shutdown;
  }

  /** One call at a time: a guest need not be re-entrant (ABI v1, Rules). */
  #afterInFlight<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#inFlight.then(work);
    this.#inFlight = done.catch(() => undefined);
    return done;
  }

  async #consume(bytes: Uint8Array, ignoreBackoff: boolean): Promise<ConsumeOutcome> {
    let instance = this.#instance;
    if (instance === undefined) {
      if (!ignoreBackoff && performance.now() < this.#retryAt) return failed(this.#down());
      try {
        instance = await this.#replace();
      } catch (error) {
        return failed(this.#failed(asError(error), ignoreBackoff));
      }
    }
    this.#calls++;
    const outcome = await instance.consume(bytes);
    this.#roomless = outcome.status === 'no_room' ? this.#roomless + 1 : 0;
    this.#hasServed ||= outcome.status === 'unchanged' || outcome.status === 'changed';
    const recycleMemoryBytes = Math.max(this.#options.recycleMemoryBytes ?? Infinity, this.#startMemoryBytes);
    const isFull = this.#hasServed && this.#roomless >= MAX_ROOMLESS_CALLS;
    if (outcome.status === 'failed') this.#failed(outcome.error, ignoreBackoff);
    else if (isFull || instance.memoryBytes > recycleMemoryBytes) await this.#recycle(instance);
    return outcome;
  }

  async #takeOver(next: RunningInstance, startInstance: () => RunningInstance): Promise<void> {
    if (this.#state === 'stopped') {
      await this.#dismiss(next);
      throw new OtelWasmError('SHUTDOWN', 'the guest is shut down');
    }
    const old = this.#instance;
    this.#instance = next;
    this.#startInstance = startInstance;
    // The failures of the old version are not held against the new one.
    this.#policy = new RestartPolicy(this.#options.restart);
    this.#retryAt = 0;
    this.#serves(next);
    if (old !== undefined) await this.#dismiss(old);
  }

  async #replace(): Promise<RunningInstance> {
    this.#restarts++;
    const instance = this.#startInstance();
    this.#instance = instance;
    await instance.started;
    this.#serves(instance);
    return instance;
  }

  /** The instance has started. What it needed for that is no leak, however much it is. */
  #serves(instance: RunningInstance): void {
    this.#aliveSince = performance.now();
    this.#startMemoryBytes = instance.memoryBytes;
    this.#hasServed = false;
    this.#roomless = 0;
    this.#enter('running');
  }

  #failed(error: OtelWasmError, ignoreBackoff: boolean): OtelWasmError {
    this.#instance?.discard();
    this.#instance = undefined;
    this.#lastFailure = error;
    const now = performance.now();
    // An instance that never served has not been healthy for any time.
    const aliveMillis = this.#aliveSince === undefined ? 0 : now - this.#aliveSince;
    this.#aliveSince = undefined;
    if (!ignoreBackoff) this.#retryAt = now + this.#policy.delayAfterFailure(aliveMillis);
    if (this.#state === 'starting') this.#enter('failed');
    else if (this.#state === 'running') this.#enter('restarting');
    return error;
  }

  async #recycle(instance: RunningInstance): Promise<void> {
    this.#instance = undefined;
    this.#retryAt = 0;
    this.#enter('restarting');
    await this.#dismiss(instance);
  }

  async #dismiss(instance: RunningInstance): Promise<void> {
    const error = await instance.shutdown();
    if (error !== undefined) this.#options.onShutdownError?.(error);
  }

  #down(): OtelWasmError {
    const waitMillis = Math.ceil(this.#retryAt - performance.now());
    return new OtelWasmError(
      'GUEST_DOWN',
      `the guest is down for ${waitMillis} ms more after: ${this.#lastFailure?.message ?? 'a failure'}`,
      { cause: this.#lastFailure },
    );
  }

  #enter(state: RunnerState): void {
    if (isLegalTransition(this.#state, state)) this.#state = state;
  }
}

function failed(error: OtelWasmError): ConsumeOutcome {
  return { status: 'failed', error };
}

function asError(error: unknown): OtelWasmError {
  return error instanceof OtelWasmError
    ? error
    : new OtelWasmError('START_FAILED', messageOf(error), { cause: error });
}
