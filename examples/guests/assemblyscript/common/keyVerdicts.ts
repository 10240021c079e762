import { Text, sameBytes } from 'otelwasm/assembly';

const BUCKETS: u32 = 512;
const MAX_KEY_BYTES: usize = 64;

/** Decides about a key: any number but -1. */
export type Judge = (key: Text) => i32;

/**
 * Remembers what was decided about a key. Patterns are slow and an app uses the same few dozen keys for ever, so each
 * pattern is tried on each key about once. One key a bucket: a newcomer takes the place of the one before.
 */
export class KeyVerdicts {
  private keys: StaticArray<u8> = new StaticArray<u8>(BUCKETS * MAX_KEY_BYTES);
  private sizes: StaticArray<u8> = new StaticArray<u8>(BUCKETS);
  private verdicts: StaticArray<i32> = new StaticArray<i32>(BUCKETS).fill(-1);

  constructor(private judge: Judge) {}

  of(key: Text): i32 {
    const size = key.size;
    if (size > MAX_KEY_BYTES) return this.judge(key);
    const bucket = hash(key.pointer, size) & (BUCKETS - 1);
    const place = changetype<usize>(this.keys) + bucket * MAX_KEY_BYTES;
    const known = unchecked(this.verdicts[bucket]);
    if (known >= 0 && unchecked(this.sizes[bucket]) == size && sameBytes(place, key.pointer, size))
      return known;
    const verdict = this.judge(key);
    memory.copy(place, key.pointer, size);
    unchecked((this.sizes[bucket] = <u8>size));
    unchecked((this.verdicts[bucket] = verdict));
    return verdict;
  }
}

function hash(at: usize, size: usize): u32 {
  let mixed: u64 = size;
  while (size >= 8) {
    mixed = (mixed ^ load<u64>(at)) * 0x9e3779b97f4a7c15;
    mixed ^= mixed >> 32;
    at += 8;
    size -= 8;
  }
  while (size > 0) {
    mixed = (mixed ^ load<u8>(at++)) * 0x9e3779b97f4a7c15;
    size--;
  }
  return <u32>(mixed >> 32);
}
