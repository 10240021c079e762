import { Text, sameBytes } from 'otelwasm/assembly';

const BUCKETS: u32 = 512;
const MAX_KEY_BYTES: usize = 64;

/** Decides about a key: any number but -1. */
export type Judge = (key: Text) => i32;

/**
 * Remembers what was decided about a key. Patterns are slow and an app uses the same few dozen keys for ever, so each
 * pattern is tried on each key about once. A key has two places; when both are taken, it takes the second.
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
    if (this.holds(bucket, key)) return unchecked(this.verdicts[bucket]);
    if (this.holds(bucket ^ 1, key)) return unchecked(this.verdicts[bucket ^ 1]);
    return this.learn(unchecked(this.verdicts[bucket]) < 0 ? bucket : bucket ^ 1, key);
  }

  private holds(bucket: u32, key: Text): bool {
    const size = key.size;
    if (unchecked(this.verdicts[bucket]) < 0 || unchecked(this.sizes[bucket]) != size) return false;
    return sameBytes(this.place(bucket), key.pointer, size);
  }

  private learn(bucket: u32, key: Text): i32 {
    const verdict = this.judge(key);
    memory.copy(this.place(bucket), key.pointer, key.size);
    unchecked((this.sizes[bucket] = <u8>key.size));
    unchecked((this.verdicts[bucket] = verdict));
    return verdict;
  }

  private place(bucket: u32): usize {
    return changetype<usize>(this.keys) + bucket * MAX_KEY_BYTES;
  }
}

// Eight bytes at a time; the last eight may overlap those before.
function hash(at: usize, size: usize): u32 {
  let mixed: u64 = size;
  if (size >= 8) {
    const last = size - 8;
    for (let i: usize = 0; i < last; i += 8) mixed = mix(mixed ^ load<u64>(at + i));
    mixed = mix(mixed ^ load<u64>(at + last));
  } else {
    for (let i: usize = 0; i < size; i++) mixed = (mixed << 8) ^ load<u8>(at + i);
    mixed = mix(mixed);
  }
  return <u32>(mixed >> 32);
}

function mix(value: u64): u64 {
  const product = value * 0x9e3779b97f4a7c15;
  return product ^ (product >> 29);
}
