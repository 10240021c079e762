import { Rate, TokenBucket } from '../common/tokenBucket';

const SWEEP_NANOS: u64 = 1_000_000_000;

/** The limit of one key. */
class Bucket extends TokenBucket {
  cut: u32 = 0;
}

/** A bucket for each key. When there are too many keys, the rest share one. */
export class Buckets {
  /** The number of items of the key that were cut before the last one that passed. */
  cut: u32 = 0;
  private byKey: Map<u64, Bucket> = new Map();
  private others: Bucket | null = null;
  private swept: u64 = 0;

  constructor(
    private rate: Rate,
    private limit: i32,
  ) {}

  /** True when an item with this time may pass. `now` is never earlier. */
  take(key: u64, time: u64, now: u64): bool {
    const bucket = this.bucketOf(key, time, now);
    if (!bucket.take(time, now)) {
      bucket.cut++;
      return false;
    }
    this.cut = bucket.cut;
    bucket.cut = 0;
    return true;
  }

  /** The number of cut items that no item reports yet. */
  get unreported(): u64 {
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
      const bucket = new Bucket(this.rate, time);
      this.byKey.set(key, bucket);
      return bucket;
    }
    let others = this.others;
    if (others === null) others = this.others = new Bucket(this.rate, time);
    return others;
  }

  /** Forgets buckets that are full and have nothing to report: they equal new ones. At most once a second. */
  private sweep(now: u64): void {
    if (now - this.swept < SWEEP_NANOS && now >= this.swept) return;
    this.swept = now;
    const keys = this.byKey.keys();
    for (let i = 0; i < keys.length; i++) {
      const bucket = this.byKey.get(keys[i]);
      if (bucket.cut == 0 && bucket.isFull(now)) this.byKey.delete(keys[i]);
    }
  }
}
