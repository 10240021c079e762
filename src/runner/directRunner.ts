import { performance } from 'node:perf_hooks';
import { OtelWasmError } from '../abi';
import type { ConsumeOutcome, GuestInstance } from '../guest';
import { Backoff, startError } from './backoff';
import { RecyclePolicy } from './recyclePolicy';
import type { RestartOptions } from './restartPolicy';
import type { RunnerState } from './state';

/**
 * Keeps one instance of a guest on the calling thread and answers synchronously, for callers that cannot wait: a
 * sampler, a span that ends. It replaces the instance like {@link createRunner}.
 */
export interface DirectRunner {
  readonly state: RunnerState;
  readonly restarts: number;
  readonly calls: number;
  readonly memoryBytes: number;
  /**
   * Runs `call` on the instance. Never throws. Fails with `GUEST_DOWN` during the guest's backoff, and for a nested
   * call: the app's logger may start a span while it logs a guest's line.
   */
  run(call: (instance: GuestInstance) => ConsumeOutcome): ConsumeOutcome;
  /**
   * Replaces the instance by another version of the guest. Throws what its start throws; the old version then stays
   * in use.
   */
  reload(startInstance: () => GuestInstance): void;
  /** Runs the guest's `shutdown()`, once. Returns its error, if any. Never throws. */
  shutdown(): OtelWasmError | undefined;
}

export interface DirectRunnerOptions {
  readonly restart?: RestartOptions;
  /** Linear memory in bytes above which the instance is replaced after a call; none by default. */
  readonly recycleMemoryBytes?: number;
  /** Called with the error of a guest's `shutdown()` that no caller waits for. */
  readonly onShutdownError?: (error: OtelWasmError) => void;
}

/** A runner of instances that `startInstance` creates and starts. Errors of the first start are thrown. */
export function createDirectRunner(
  startInstance: () => GuestInstance,
  options: DirectRunnerOptions = {},
): DirectRunner {
  return new RestartingDirectRunner(startInstance, options);
}

/** An instance is in use. */
interface Running {
  readonly instance: GuestInstance;
  readonly sinceMillis: number;
  readonly recycle: RecyclePolicy;
}

class RestartingDirectRunner implements DirectRunner {
  #startInstance: () => GuestInstance;
  readonly #options: DirectRunnerOptions;
  #backoff: Backoff;
  /** Undefined while no instance exists. The next call after the backoff starts one. */
  #running: Running | undefined;
  #restarts = 0;
  #calls = 0;
  #isCalling = false;
  #isStopped = false;

  constructor(startInstance: () => GuestInstance, options: DirectRunnerOptions) {
    this.#startInstance = startInstance;
    this.#options = options;
    this.#backoff = new Backoff(options.restart);
    this.#serve(startInstance());
  }

  get state(): RunnerState {
    if (this.#isStopped) return 'stopped';
    return this.#running === undefined ? 'restarting' : 'running';
  }

  get restarts(): number {
    return this.#restarts;
  }

  get calls(): number {
    return this.#calls;
  }

  get memoryBytes(): number {
    return this.#running?.instance.memoryBytes ?? 0;
  }

  run(call: (instance: GuestInstance) => ConsumeOutcome): ConsumeOutcome {
    if (this.#isCalling) return failed(new OtelWasmError('GUEST_DOWN', 'the guest is already in a call'));
    this.#isCalling = true;
    try {
      return this.#run(call);
    } catch (error) {
      return failed(this.#fail(startError(error)));
    } finally {
      this.#isCalling = false;
    }
  }

  reload(startInstance: () => GuestInstance): void {
    if (this.#isStopped) throw new OtelWasmError('SHUTDOWN', 'the guest is shut down');
    const next = startInstance();
    this.#startInstance = startInstance;
    // Failures of the old version do not count for the new one.
    this.#backoff = new Backoff(this.#options.restart);
    this.#dismiss();
    this.#serve(next);
  }

  shutdown(): OtelWasmError | undefined {
    const error = this.#running?.instance.shutdown();
    this.#running = undefined;
    this.#isStopped = true;
    return error;
  }

  #run(call: (instance: GuestInstance) => ConsumeOutcome): ConsumeOutcome {
    if (this.#isStopped) return failed(new OtelWasmError('SHUTDOWN', 'the guest is shut down'));
    const running = this.#running ?? this.#replace();
    if (running instanceof OtelWasmError) return failed(running);
    this.#calls++;
    const outcome = call(running.instance);
    if (outcome.status === 'failed') this.#fail(outcome.error);
    else if (running.recycle.isFullAfter(outcome)) this.#dismiss();
    return outcome;
  }

  /** A new instance, or the reason why there cannot be one yet. Throws what its start throws. */
  #replace(): Running | OtelWasmError {
    const down = this.#backoff.error;
    if (down !== undefined) return down;
    this.#restarts++;
    return this.#serve(this.#startInstance());
  }

  #serve(instance: GuestInstance): Running {
    const recycle = new RecyclePolicy(instance, this.#options.recycleMemoryBytes);
    this.#running = { instance, sinceMillis: performance.now(), recycle };
    return this.#running;
  }

  #fail(error: OtelWasmError): OtelWasmError {
    this.#backoff.begin(error, this.#running?.sinceMillis);
    this.#running = undefined;
    return error;
  }

  #dismiss(): void {
    const error = this.#running?.instance.shutdown();
    this.#running = undefined;
    if (error !== undefined) this.#options.onShutdownError?.(error);
  }
}

function failed(error: OtelWasmError): ConsumeOutcome {
  return { status: 'failed', error };
}
