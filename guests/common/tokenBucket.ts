const NANOS_PER_SECOND: f64 = 1e9;

/** Items per second, and the burst after a quiet time. */
export class Rate {
  constructor(
    readonly perSecond: f64,
    readonly burst: f64,
  ) {}
}

/** A number of items that may pass. It grows with time and is full at first. */
export class TokenBucket {
  private tokens: f64;

  constructor(
    private rate: Rate,
    /** The time of the latest item, in nanoseconds. */
    private latest: u64,
  ) {
    this.tokens = rate.burst;
  }

  /** True when an item with this time may pass. `now` is never earlier. */
  take(time: u64, now: u64): bool {
    // The clock was set back.
    if (this.latest > now) this.latest = time;
    if (time > this.latest) {
      this.tokens = this.tokensAt(time);
      this.latest = time;
    }
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }

  /** True when it equals a new one. */
  isFull(now: u64): bool {
    return this.tokensAt(max(now, this.latest)) >= this.rate.burst;
  }

  private tokensAt(time: u64): f64 {
    const seconds = <f64>(time - this.latest) / NANOS_PER_SECOND;
    return min(this.rate.burst, this.tokens + seconds * this.rate.perSecond);
  }
}
