/** When a failed guest is restarted. */
export interface RestartOptions {
  /** Delay before the second replacement in a row; the first is immediate. Default 100. */
  readonly initialDelayMillis?: number;
  /** The delay doubles with each failure up to this. Default 30_000. */
  readonly maxDelayMillis?: number;
  /** An instance that lived this long resets the count of failures. Default 60_000. */
  readonly healthyMillis?: number;
}

/** Counts consecutive failures and computes the delay: none after the first, then exponential with jitter. */
export class RestartPolicy {
  readonly #initialDelayMillis: number;
  readonly #maxDelayMillis: number;
  readonly #healthyMillis: number;
  #failures = 0;

  constructor(options: RestartOptions = {}) {
    this.#initialDelayMillis = options.initialDelayMillis ?? 100;
    this.#maxDelayMillis = options.maxDelayMillis ?? 30_000;
    this.#healthyMillis = options.healthyMillis ?? 60_000;
  }

  /** Delay after an instance failed that lived `aliveMillis`. Jitter: between half and all of the full delay. */
  delayAfterFailure(aliveMillis: number, random: () => number = Math.random): number {
    if (aliveMillis >= this.#healthyMillis) this.#failures = 0;
    const doublings = this.#failures++ - 1;
    if (doublings < 0) return 0;
    const full = Math.min(this.#initialDelayMillis * 2 ** doublings, this.#maxDelayMillis);
    return full * (0.5 + random() / 2);
  }
}
