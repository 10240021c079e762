// More than 250 lines: one instance is replaced by the next in a state machine whose steps share private state.
import { performance } from 'node:perf_hooks';
import { messageOf, OtelWasmError } from '../abi';
import type { ConsumeOutcome } from '../guest';
import { type RestartOptions, RestartPolicy } from './restartPolicy';
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

/**
 * An instance that accepted a batch before, and has no room this often in a row for smaller and smaller batches,
 * leaks memory.
 */
const MAX_CALLS_WITHOUT_ROOM = 16;

/** An instance is in use. */
interface Running {
  readonly state: 'running';
  readonly instance: RunningInstance;
  readonly sinceMillis: number;
  /** Memory that the instance needed to start is not a leak, however large. */
  readonly startMemoryBytes: number;
  /** Whether it ever accepted a batch; how often in a row it had no room for one. */
  hasServed: boolean;
  callsWithoutRoom: number;
}

/** No instance exists. The next batch after `retryAtMillis` starts one. */
interface Down {
  readonly state: 'restarting' | 'failed';
  readonly retryAtMillis: number;
  readonly lastFailure?: OtelWasmError;
}

type Phase =
  | { readonly state: 'starting'; readonly instance: RunningInstance }
  | Running
  | Down
  | { readonly state: 'stopping'; readonly instance?: RunningInstance }
  | { readonly state: 'stopped' };

class RestartingRunner implements Runner {
  #startInstance: () => RunningInstance;
  readonly #options: RunnerOptions;
  #policy: RestartPolicy;
  readonly #ready: Promise<void>;
  #phase: Phase;
  #restarts = 0;
  #calls = 0;
  #inFlight: Promise<unknown> = Promise.resolve();
  #shutdown: Promise<OtelWasmError | undefined> | undefined;

  constructor(startInstance: () => RunningInstance, options: RunnerOptions) {
    this.#startInstance = startInstance;
    this.#options = options;
    this.#policy = new RestartPolicy(options.restart);
    const instance = startInstance();
    this.#phase = { state: 'starting', instance };
    this.#ready = instance.started.then(
      () => void this.#serve(instance),
      (error: unknown) => {
        instance.discard();
        this.#fail(asError(error), false);
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
      if (!ignoreBackoff && isDown(phase) && performance.now() < phase.retryAtMillis)
        return failed(isDownFor(phase));
      try {
        running = await this.#replace();
      } catch (error) {
        return failed(this.#fail(asError(error), ignoreBackoff));
      }
    }
    this.#calls++;
    const outcome = await running.instance.consume(bytes);
    running.callsWithoutRoom = outcome.status === 'no_room' ? running.callsWithoutRoom + 1 : 0;
    running.hasServed ||= outcome.status === 'unchanged' || outcome.status === 'changed';
    if (outcome.status === 'failed') {
      running.instance.discard();
      this.#fail(outcome.error, ignoreBackoff);
    } else if (this.#isFull(running)) {
      this.#enter({ state: 'restarting', retryAtMillis: 0 });
      await this.#dismiss(running.instance);
    }
    return outcome;
  }

  #isFull({ instance, startMemoryBytes, hasServed, callsWithoutRoom }: Running): boolean {
    const recycleMemoryBytes = Math.max(this.#options.recycleMemoryBytes ?? Infinity, startMemoryBytes);
    if (hasServed && callsWithoutRoom >= MAX_CALLS_WITHOUT_ROOM) return true;
    return instance.memoryBytes > recycleMemoryBytes;
  }

  async #takeOver(next: RunningInstance, startInstance: () => RunningInstance): Promise<void> {
    if (this.#phase.state === 'stopped') {
      await this.#dismiss(next);
      throw new OtelWasmError('SHUTDOWN', 'the guest is shut down');
    }
    const old = this.#phase.state === 'running' ? this.#phase.instance : undefined;
    this.#startInstance = startInstance;
    // Failures of the old version do not count for the new one.
    this.#policy = new RestartPolicy(this.#options.restart);
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
      startMemoryBytes: instance.memoryBytes,
      hasServed: false,
      callsWithoutRoom: 0,
    };
    this.#enter(running);
    return running;
  }

  /** The running or starting instance has ended. With `ignoreBackoff` this does not lengthen the delay. */
  #fail(error: OtelWasmError, ignoreBackoff: boolean): OtelWasmError {
    const phase = this.#phase;
    const now = performance.now();
    // An instance that never served has not been healthy for any time.
    const aliveMillis = phase.state === 'running' ? now - phase.sinceMillis : 0;
    const before = isDown(phase) ? phase.retryAtMillis : 0;
    this.#enter({
      state: phase.state === 'starting' || phase.state === 'failed' ? 'failed' : 'restarting',
      retryAtMillis: ignoreBackoff ? before : now + this.#policy.delayAfterFailure(aliveMillis),
      lastFailure: error,
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

function isDown(phase: Phase): phase is Down {
  return phase.state === 'restarting' || phase.state === 'failed';
}

function isDownFor({ retryAtMillis, lastFailure }: Down): OtelWasmError {
  const waitMillis = Math.ceil(retryAtMillis - performance.now());
  return new OtelWasmError(
    'GUEST_DOWN',
    `the guest is down for ${waitMillis} ms more after: ${lastFailure?.message ?? 'a failure'}`,
    { cause: lastFailure },
  );
}

function failed(error: OtelWasmError): ConsumeOutcome {
  return { status: 'failed', error };
}

function asError(error: unknown): OtelWasmError {
  return error instanceof OtelWasmError
    ? error
    : new OtelWasmError('START_FAILED', messageOf(error), { cause: error });
}
