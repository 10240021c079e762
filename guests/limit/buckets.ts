const NANOS_PER_SECOND: f64 = 1e9;

/** A number of items that may pass, which grows with time. */
class Bucket {
  cut: u32 = 0;

  constructor(
    public tokens: f64,
    /** The time of the latest item, in nanoseconds. */
    public latest: u64,
  ) {}
}

/** A bucket for each key. What comes when there are too many keys shares one. */
export class Buckets {
  /** How many items of the key had been cut before the one that was let through last. */
  cut: u32 = 0;
  private byKey: Map<u64, Bucket> = new Map();
  private others: Bucket | null = null;
  private swept: u64 = 0;

  constructor(
    private perSecond: f64,
    private burst: f64,
    private limit: i32,
  ) {}

  /** True when an item of this time may pass. `now` is never before it. */
  take(key: u64, time: u64, now: u64): bool {
    const bucket = this.bucketOf(key, time, now);
    // A clock that was set back.
    if (bucket.latest > now) bucket.latest = time;
    if (time > bucket.latest) {
      const added = (<f64>(time - bucket.latest) / NANOS_PER_SECOND) * this.perSecond;
      bucket.tokens = min(this.burst, bucket.tokens + added);
      bucket.latest = time;
    }
    if (bucket.tokens < 1) {
      bucket.cut++;
      return false;
    }
    bucket.tokens--;
    this.cut = bucket.cut;
    bucket.cut = 0;
    return true;
  }

  /** How many were cut that no item tells of yet. */
  get untold(): u64 {
    let sum: u64 = 0;
    const all = this.byKey.values();
    for (let i = 0; i < all.length; i++) sum += all[i].cut;
    const others = this.others;
    return others === null ? sum : sum + others.cut;
  }

  private bucketOf(key: u64, time: u64, now: u64): Bucket {
    if (this.byKey.has(key)) return this.byKey.get(key);
    if (this.byKey.size >= this.limit) this.sweep(now);
    if (this.byKey.size < this.limit) {
      const bucket = new Bucket(this.burst, time);
      this.byKey.set(key, bucket);
      return bucket;
    }
    let others = this.others;
    if (others === null) others = this.others = new Bucket(this.burst, time);
    return others;
  }

  /** Forgets buckets that are full again and have nothing to tell: they are as new ones would be. Once a second at most. */
  private sweep(now: u64): void {
    if (now - this.swept < <u64>NANOS_PER_SECOND && now >= this.swept) return;
    this.swept = now;
    const keys = this.byKey.keys();
    for (let i = 0; i < keys.length; i++) {
      const bucket = this.byKey.get(keys[i]);
      const age = <f64>(max(now, bucket.latest) - bucket.latest) / NANOS_PER_SECOND;
      if (bucket.cut == 0 && bucket.tokens + age * this.perSecond >= this.burst) this.byKey.delete(keys[i]);
    }
  }
}
