/** When a guest that failed is restarted. */
export interface RestartOptions {
  /** Wait before the second replacement in a row; the first is at once. Default 100. */
  readonly initialDelayMillis?: number;
  /** The wait doubles with each failure up to this. Default 30_000. */
  readonly maxDelayMillis?: number;
  /** An instance that lived this long clears the count of failures. Default 60_000. */
  readonly healthyMillis?: number;
}

/** Counts failures in a row and says how long to wait: nothing the first time, then exponentially longer with jitter. */
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

  /** Millis to wait after an instance that lived `aliveMillis` failed. Between half and all of the full wait: the jitter. */
  delayAfterFailure(aliveMillis: number, random: () => number = Math.random): number {
    if (aliveMillis >= this.#healthyMillis) this.#failures = 0;
    const doublings = this.#failures++ - 1;
    if (doublings < 0) return 0;
    const full = Math.min(this.#initialDelayMillis * 2 ** doublings, this.#maxDelayMillis);
    return full * (0.5 + random() / 2);
  }
}
