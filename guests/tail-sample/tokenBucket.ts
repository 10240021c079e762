import { now } from 'otelwasm/assembly';

const NANOS_PER_SECOND: f64 = 1_000_000_000;

/** Lets through so many a second, and at once as many as one second has, or one. */
export class TokenBucket {
  private tokens: f64;
  private atNanos: u64 = 0;

  constructor(private perSecond: f64) {
    this.tokens = max(perSecond, 1);
  }

  take(): bool {
    const nanos = now();
    // Clocks are set back at times.
    if (this.atNanos != 0 && nanos > this.atNanos) {
      const more = (<f64>(nanos - this.atNanos) / NANOS_PER_SECOND) * this.perSecond;
      this.tokens = min(max(this.perSecond, 1), this.tokens + more);
    }
    this.atNanos = nanos;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
