import { performance } from 'node:perf_hooks';
import { messageOf, OtelWasmError } from '../abi';
import { type RestartOptions, RestartPolicy } from './restartPolicy';

/** The pause between an instance that failed and the next one. Calls during the pause fail with `GUEST_DOWN`. */
export class Backoff {
  readonly #policy: RestartPolicy;
  #retryAtMillis = 0;
  #lastFailure: OtelWasmError | undefined;

  constructor(options?: RestartOptions) {
    this.#policy = new RestartPolicy(options);
  }

  /**
   * An instance failed. `sinceMillis` is the time at which it came into use, undefined if it could not be started: it
   * has not been healthy for any time.
   */
  begin(failure: OtelWasmError, sinceMillis: number | undefined): void {
    const now = performance.now();
    this.#retryAtMillis = now + this.#policy.delayAfterFailure(now - (sinceMillis ?? now));
    this.#lastFailure = failure;
  }

  /** An instance is in use, though the pause may not be over. */
  end(): void {
    this.#retryAtMillis = 0;
  }

  /** The error of a call now; undefined when an instance may be started. */
  get error(): OtelWasmError | undefined {
    const waitMillis = Math.ceil(this.#retryAtMillis - performance.now());
    if (waitMillis <= 0) return undefined;
    const message = `the guest is down for ${waitMillis} ms more after: ${this.#lastFailure?.message}`;
    return new OtelWasmError('GUEST_DOWN', message, { cause: this.#lastFailure });
  }
}

/** What a guest's start threw, as an error with a code. */
export function startError(thrown: unknown): OtelWasmError {
  if (thrown instanceof OtelWasmError) return thrown;
  return new OtelWasmError('START_FAILED', messageOf(thrown), { cause: thrown });
}
