import { Text, sameBytes } from './text';

const BUCKETS: u32 = 512;
const BUCKET_BITS: u64 = 9;
// Of a bucket, which is a line of the processor's cache: the key's size, the verdict and one (0: the bucket is free), the key.
const SIZE: usize = 0;
const VERDICT: usize = 4;
const KEY: usize = 8;
const BUCKET_BYTES: usize = 64;
const MAX_KEY_BYTES: usize = BUCKET_BYTES - KEY;

/** Decides about a key: 0 for one that is of no interest, any number above 0 for others. */
export type Judge = (key: Text) => i32;

/**
 * Remembers what was decided about a key. Patterns are slow and an app uses the same few dozen keys for ever, so each
 * pattern is tried on each key about once. `attributes.nextOf` walks from one key of interest to the next:
 *
 * ```ts
 * const keys = new KeyVerdicts(key => i32(secret.matches(key)));   // const secret = new Glob("*password*")
 *
 * while (attributes.nextOf(keys)) attributes.remove();
 * ```
 */
export class KeyVerdicts {
  /** The verdict on the key that was asked about last. */
  last: i32 = 0;
  private buckets: StaticArray<u8> = new StaticArray<u8>(BUCKETS * BUCKET_BYTES);
  private view: Text = new Text();

  constructor(private judge: Judge) {}

  of(key: Text): i32 {
    return this.ofBytes(key.pointer, key.size);
  }

  /** The verdict on the key of `size` bytes at `key`. */
  ofBytes(key: usize, size: usize): i32 {
    const bucket = changetype<usize>(this.buckets) + hash(key, size) * BUCKET_BYTES;
    if (holds(bucket, key, size)) return (this.last = load<i32>(bucket, VERDICT) - 1);
    return this.lookFurther(bucket, key, size);
  }

  // A key has two places; when both are taken, it takes the second.
  private lookFurther(bucket: usize, key: usize, size: usize): i32 {
    if (size > MAX_KEY_BYTES) return (this.last = this.judge(this.view.bind(key, size)));
    const first = changetype<usize>(this.buckets);
    const second = first + ((bucket - first) ^ BUCKET_BYTES);
    if (holds(second, key, size)) return (this.last = load<i32>(second, VERDICT) - 1);
    const place = load<i32>(bucket, VERDICT) == 0 ? bucket : second;
    const verdict = this.judge(this.view.bind(key, size));
    memory.copy(place + KEY, key, size);
    store<u32>(place, <u32>size, SIZE);
    store<i32>(place, verdict + 1, VERDICT);
    return (this.last = verdict);
  }
}

@inline function holds(bucket: usize, key: usize, size: usize): bool {
  return (
    load<u32>(bucket, SIZE) == size && load<i32>(bucket, VERDICT) != 0 && sameBytes(bucket + KEY, key, size)
  );
}

/** Number of a bucket, from the key's size, its first and its last bytes. */
@inline function hash(at: usize, size: usize): usize {
  let mixed: u64 = 0;
  if (size >= 8) mixed = load<u64>(at) ^ (load<u64>(at + size - 8) * 0xff51afd7ed558ccd);
  else for (let i: usize = 0; i < size; i++) mixed = (mixed << 8) | load<u8>(at + i);
  return <usize>(((mixed ^ size) * 0x9e3779b97f4a7c15) >> (64 - BUCKET_BITS));
}
