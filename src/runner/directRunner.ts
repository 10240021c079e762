import { performance } from 'node:perf_hooks';
import { messageOf, OtelWasmError } from '../abi';
import type { ConsumeOutcome, GuestInstance } from '../guest';
import { type RestartOptions, RestartPolicy } from './restartPolicy';
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

/** No instance exists. The next call after `retryAtMillis` starts one. */
interface Down {
  readonly retryAtMillis: number;
  readonly lastFailure?: OtelWasmError;
}

/** An instance without room for a single item this often in a row leaks memory. */
const MAX_CALLS_WITHOUT_ROOM = 16;

const NOT_DOWN: Down = { retryAtMillis: 0 };

class RestartingDirectRunner implements DirectRunner {
  #startInstance: () => GuestInstance;
  readonly #options: DirectRunnerOptions;
  #policy: RestartPolicy;
  #instance: GuestInstance | undefined;
  #startMemoryBytes = 0;
  #sinceMillis = 0;
  #callsWithoutRoom = 0;
  #down = NOT_DOWN;
  #restarts = 0;
  #calls = 0;
  #isCalling = false;
  #isStopped = false;

  constructor(startInstance: () => GuestInstance, options: DirectRunnerOptions) {
    this.#startInstance = startInstance;
    this.#options = options;
    this.#policy = new RestartPolicy(options.restart);
    this.#serve(startInstance());
  }

  get state(): RunnerState {
    if (this.#isStopped) return 'stopped';
    return this.#instance === undefined ? 'restarting' : 'running';
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

  run(call: (instance: GuestInstance) => ConsumeOutcome): ConsumeOutcome {
    if (this.#isCalling) return failed(new OtelWasmError('GUEST_DOWN', 'the guest is already in a call'));
    this.#isCalling = true;
    try {
      return this.#run(call);
    } catch (error) {
      return failed(this.#fail(asError(error)));
    } finally {
      this.#isCalling = false;
    }
  }

  reload(startInstance: () => GuestInstance): void {
    if (this.#isStopped) throw new OtelWasmError('SHUTDOWN', 'the guest is shut down');
    const next = startInstance();
    this.#startInstance = startInstance;
    // Failures of the old version do not count for the new one.
    this.#policy = new RestartPolicy(this.#options.restart);
    this.#dismiss();
    this.#serve(next);
  }

  shutdown(): OtelWasmError | undefined {
    const error = this.#instance?.shutdown();
    this.#instance = undefined;
    this.#isStopped = true;
    return error;
  }

  #run(call: (instance: GuestInstance) => ConsumeOutcome): ConsumeOutcome {
    if (this.#isStopped) return failed(new OtelWasmError('SHUTDOWN', 'the guest is shut down'));
    const instance = this.#instance ?? this.#replace();
    if (instance instanceof OtelWasmError) return failed(instance);
    this.#calls++;
    const outcome = call(instance);
    this.#callsWithoutRoom = outcome.status === 'no_room' ? this.#callsWithoutRoom + 1 : 0;
    if (outcome.status === 'failed') this.#fail(outcome.error);
    else if (this.#isFull(instance)) this.#dismiss();
    return outcome;
  }

  /** A new instance, or the reason why there cannot be one yet. Throws what its start throws. */
  #replace(): GuestInstance | OtelWasmError {
    const { retryAtMillis, lastFailure } = this.#down;
    const now = performance.now();
    if (now < retryAtMillis) {
      const why = lastFailure?.message ?? 'a failure';
      const message = `the guest is down for ${Math.ceil(retryAtMillis - now)} ms more after: ${why}`;
      return new OtelWasmError('GUEST_DOWN', message, { cause: lastFailure });
    }
    this.#restarts++;
    return this.#serve(this.#startInstance());
  }

  #serve(instance: GuestInstance): GuestInstance {
    this.#instance = instance;
    this.#startMemoryBytes = instance.memoryBytes;
    this.#sinceMillis = performance.now();
    this.#down = NOT_DOWN;
    this.#callsWithoutRoom = 0;
    return instance;
  }

  #isFull({ memoryBytes }: GuestInstance): boolean {
    const { recycleMemoryBytes = Infinity } = this.#options;
    if (this.#callsWithoutRoom >= MAX_CALLS_WITHOUT_ROOM) return true;
    return memoryBytes > Math.max(recycleMemoryBytes, this.#startMemoryBytes);
  }

  #fail(error: OtelWasmError): OtelWasmError {
    const now = performance.now();
    // An instance that never served has not been healthy for any time.
    const aliveMillis = this.#instance === undefined ? 0 : now - this.#sinceMillis;
    this.#instance = undefined;
    this.#down = {
      retryAtMillis: now + this.#policy.delayAfterFailure(aliveMillis),
      lastFailure: error,
    };
    return error;
  }

  #dismiss(): void {
    const error = this.#instance?.shutdown();
    this.#instance = undefined;
    if (error !== undefined) this.#options.onShutdownError?.(error);
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
