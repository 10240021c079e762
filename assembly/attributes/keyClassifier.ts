import { Text, sameBytes } from '../text';

const BUCKETS: u32 = 512;
const BUCKET_BITS: u64 = 9;
// Layout of a bucket, which is a line of the processor's cache: the key's size, its category plus one (0: the bucket
// is free), the bucket of the key that followed last time, the key.
const SIZE: usize = 0;
const CATEGORY: usize = 4;
const NEXT: usize = 8;
const KEY: usize = 12;
const BUCKET_BYTES: usize = 64;
const MAX_KEY_BYTES: usize = BUCKET_BYTES - KEY;

/** Returns the category of a key: 0 if it is of no interest, otherwise any number above 0. */
export type Classify = (key: Text) => i32;

/**
 * Remembers the category of each key. Patterns are slow and an app uses the same few dozen keys all the time, so each
 * pattern is tried on each key about once. `attributes.nextOf` moves to the next key of interest:
 *
 * ```ts
 * const keys = new KeyClassifier(key => i32(secret.matches(key)));   // const secret = new Glob("*password*")
 *
 * while (attributes.nextOf(keys)) attributes.remove();
 * ```
 */
export class KeyClassifier {
  /** The category of the key that was classified last. */
  last: i32 = 0;
  private buckets: StaticArray<u8> = new StaticArray<u8>(BUCKETS * BUCKET_BYTES);
  private previous: usize = changetype<usize>(this.buckets);
  private view: Text = new Text();

  constructor(private classify: Classify) {}

  of(key: Text): i32 {
    this.accepts(key.pointer, key.size, 0, 0);
    return this.last;
  }

  /** @internal True when the category of the key of `size` bytes at `key` is above 0. */
  @inline accepts(key: usize, size: usize, value: usize, end: usize): bool {
    // Items of one origin have the same keys in the same order: usually the next key is the one that followed last
    // time.
    const bucket = load<usize>(this.previous, NEXT);
    if (bucket == 0 || !this.holds(bucket, key, size)) return this.acceptsOther(key, size);
    this.previous = bucket;
    return (this.last = load<i32>(bucket, CATEGORY) - 1) != 0;
  }

  private acceptsOther(key: usize, size: usize): bool {
    if (size > MAX_KEY_BYTES) return (this.last = this.classify(this.view.bind(key, size))) != 0;
    const bucket = this.bucketOf(key, size);
    store<usize>(this.previous, bucket, NEXT);
    this.previous = bucket;
    return (this.last = load<i32>(bucket, CATEGORY) - 1) != 0;
  }

  // Each key has two possible buckets. When both are taken, it replaces the second.
  private bucketOf(key: usize, size: usize): usize {
    const start = changetype<usize>(this.buckets);
    const offset = this.hash(key, size) * BUCKET_BYTES;
    const first = start + offset;
    if (this.holds(first, key, size)) return first;
    const second = start + (offset ^ BUCKET_BYTES);
    if (this.holds(second, key, size)) return second;
    const place = load<i32>(first, CATEGORY) == 0 ? first : second;
    const category = this.classify(this.view.bind(key, size));
    memory.copy(place + KEY, key, size);
    store<u32>(place, <u32>size, SIZE);
    store<i32>(place, category + 1, CATEGORY);
    return place;
  }

  @inline private holds(bucket: usize, key: usize, size: usize): bool {
    return (
      load<u32>(bucket, SIZE) == size && load<i32>(bucket, CATEGORY) != 0 && sameKeys(bucket + KEY, key, size)
    );
  }

  /** The number of a bucket, from the key's size, its first and its last bytes. */
  @inline private hash(at: usize, size: usize): usize {
    let mixed: u64 = 0;
    if (size >= 8) mixed = load<u64>(at) ^ (load<u64>(at + size - 8) * 0xff51afd7ed558ccd);
    else for (let i: usize = 0; i < size; i++) mixed = (mixed << 8) | load<u8>(at + i);
    return <usize>(((mixed ^ size) * 0x9e3779b97f4a7c15) >> (64 - BUCKET_BITS));
  }
}

/** Like `sameBytes`, without a loop for the usual sizes of keys: 8 to 32. */
@inline function sameKeys(a: usize, b: usize, size: usize): bool {
  const last = size - 8;
  if (last > 24) return sameBytes(a, b, size);
  const differ = (load<u64>(a) ^ load<u64>(b)) | (load<u64>(a + last) ^ load<u64>(b + last));
  if (last <= 8 || differ != 0) return differ == 0;
  return ((load<u64>(a, 8) ^ load<u64>(b, 8)) | (load<u64>(a + last - 8) ^ load<u64>(b + last - 8))) == 0;
}
