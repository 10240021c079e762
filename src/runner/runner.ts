import { performance } from 'node:perf_hooks';
import { OtelWasmError } from '../abi';
import type { ConsumeOutcome } from '../guest';
import { Backoff, startError } from './backoff';
import { RecyclePolicy } from './recyclePolicy';
import type { RestartOptions } from './restartPolicy';
import type { RunningInstance } from './runningInstance';
import { checkTransition, type RunnerState } from './state';

/** Keeps one instance of a guest running, and replaces it when it fails. */
export interface Runner {
  readonly state: RunnerState;
  /** Instances that replaced a failed or recycled one. */
  readonly restarts: number;
  /** Batches that were passed to an instance. */
  readonly calls: number;
  /** Size of the guest's linear memory in bytes; 0 when no instance runs. */
  readonly memoryBytes: number;
  /** Resolves when the first `start()` succeeded; rejects with the guest's reason. */
  ready(): Promise<void>;
  /**
   * Passes a batch to the instance. Never rejects. During the guest's backoff it resolves at once with `failed` and
   * `GUEST_DOWN`. With `ignoreBackoff` it starts a new instance anyway, whose failure does not lengthen the backoff.
   */
  consume(bytes: Uint8Array, ignoreBackoff?: boolean): Promise<ConsumeOutcome>;
  /**
   * Starts another version of the guest while the old one serves. The new one takes over between two batches, and
   * `startInstance` starts all later instances. If it cannot be started, nothing changes, and the error is thrown.
   */
  reload(startInstance: () => RunningInstance): Promise<void>;
  /**
   * Waits for the call in flight, then runs the guest's `shutdown()` once. Returns the same promise each time. Never
   * rejects.
   */
  shutdown(): Promise<OtelWasmError | undefined>;
}

export interface RunnerOptions {
  readonly restart?: RestartOptions;
  /** Linear memory in bytes above which the instance is replaced between two batches. Default: no limit. */
  readonly recycleMemoryBytes?: number;
  /** Called once, when shutdown is requested. */
  readonly onShutdown?: () => void;
  /** Called with the error of a `shutdown()` that no caller waits for: of a recycled or reloaded instance. */
  readonly onShutdownError?: (error: OtelWasmError) => void;
}

/**
 * A runner of instances that `startInstance` creates. Errors of the first call are thrown: an inline guest that cannot start
 * fails at construction. The next batch starts a replacement, so an idle app pays nothing.
 */
export function createRunner(startInstance: () => RunningInstance, options: RunnerOptions = {}): Runner {
  return new RestartingRunner(startInstance, options);
}

/** An instance is in use. */
interface Running {
  readonly state: 'running';
  readonly instance: RunningInstance;
  readonly sinceMillis: number;
  readonly recycle: RecyclePolicy;
}

type Phase =
  | { readonly state: 'starting'; readonly instance: RunningInstance }
  | Running
  /** No instance exists. The next batch after the backoff starts one. */
  | { readonly state: 'restarting' | 'failed' }
  | { readonly state: 'stopping'; readonly instance?: RunningInstance }
  | { readonly state: 'stopped' };

class RestartingRunner implements Runner {
  #startInstance: () => RunningInstance;
  readonly #options: RunnerOptions;
  #backoff: Backoff;
  readonly #ready: Promise<void>;
  #phase: Phase;
  #restarts = 0;
  #calls = 0;
  #inFlight: Promise<unknown> = Promise.resolve();
  #shutdown: Promise<OtelWasmError | undefined> | undefined;

  constructor(startInstance: () => RunningInstance, options: RunnerOptions) {
    this.#startInstance = startInstance;
    this.#options = options;
    this.#backoff = new Backoff(options.restart);
    const instance = startInstance();
    this.#phase = { state: 'starting', instance };
    this.#ready = instance.started.then(
      () => void this.#serve(instance),
      (error: unknown) => {
        instance.discard();
        this.#fail(startError(error), false);
        throw error;
      },
    );
    this.#inFlight = this.#ready.catch(() => undefined);
  }

  get state(): RunnerState {
    return this.#phase.state;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get calls(): number {
    return this.#calls;
  }

  get memoryBytes(): number {
    return 'instance' in this.#phase ? (this.#phase.instance?.memoryBytes ?? 0) : 0;
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
      const instance = this.#phase.state === 'running' ? this.#phase.instance : undefined;
      this.#enter({ state: 'stopping', instance });
      const error = await instance?.shutdown();
      this.#enter({ state: 'stopped' });
      return error;
    });
    return this.#shutdown;
  }

  /** One call at a time: a guest need not be re-entrant (docs/abi.md, Lifecycle). */
  #afterInFlight<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#inFlight.then(work);
    this.#inFlight = done.catch(() => undefined);
    return done;
  }

  async #consume(bytes: Uint8Array, ignoreBackoff: boolean): Promise<ConsumeOutcome> {
    const phase = this.#phase;
    let running: Running;
    if (phase.state === 'running') running = phase;
    else {
      const down = ignoreBackoff ? undefined : this.#backoff.error;
      if (down !== undefined) return failed(down);
      try {
        running = await this.#replace();
      } catch (error) {
        return failed(this.#fail(startError(error), ignoreBackoff));
      }
    }
    this.#calls++;
    const outcome = await running.instance.consume(bytes);
    if (outcome.status === 'failed') {
      running.instance.discard();
      this.#fail(outcome.error, ignoreBackoff);
    } else if (running.recycle.isFullAfter(outcome)) {
      this.#enter({ state: 'restarting' });
      await this.#dismiss(running.instance);
    }
    return outcome;
  }

  async #takeOver(next: RunningInstance, startInstance: () => RunningInstance): Promise<void> {
    if (this.#phase.state === 'stopped') {
      await this.#dismiss(next);
      throw new OtelWasmError('SHUTDOWN', 'the guest is shut down');
    }
    const old = this.#phase.state === 'running' ? this.#phase.instance : undefined;
    this.#startInstance = startInstance;
    // Failures of the old version do not count for the new one.
    this.#backoff = new Backoff(this.#options.restart);
    this.#serve(next);
    if (old !== undefined) await this.#dismiss(old);
  }

  async #replace(): Promise<Running> {
    this.#restarts++;
    const instance = this.#startInstance();
    try {
      await instance.started;
    } catch (error) {
      instance.discard();
      throw error;
    }
    return this.#serve(instance);
  }

  #serve(instance: RunningInstance): Running {
    const running: Running = {
      state: 'running',
      instance,
      sinceMillis: performance.now(),
      recycle: new RecyclePolicy(instance, this.#options.recycleMemoryBytes),
    };
    this.#backoff.end();
    this.#enter(running);
    return running;
  }

  /** The running or starting instance has ended. With `ignoreBackoff` this does not lengthen the delay. */
  #fail(error: OtelWasmError, ignoreBackoff: boolean): OtelWasmError {
    const phase = this.#phase;
    if (!ignoreBackoff) this.#backoff.begin(error, phase.state === 'running' ? phase.sinceMillis : undefined);
    this.#enter({
      state: phase.state === 'starting' || phase.state === 'failed' ? 'failed' : 'restarting',
    });
    return error;
  }

  async #dismiss(instance: RunningInstance): Promise<void> {
    const error = await instance.shutdown();
    if (error !== undefined) this.#options.onShutdownError?.(error);
  }

  #enter(phase: Phase): void {
    checkTransition(this.#phase.state, phase.state);
    this.#phase = phase;
  }
}

function failed(error: OtelWasmError): ConsumeOutcome {
  return { status: 'failed', error };
}
