/**
 * SipHash-1-3 with a random key: an attacker who writes logs cannot produce collisions. (Aumasson, Bernstein:
 * SipHash.)
 */
import { randomBytes } from 'otelwasm/assembly';

const key = memory.data(16, 8);

/** Creates a key. Not before `onStart`: the host may not have the memory to write to until then. */
export function newKey(): void {
  randomBytes(key, 16);
}

/** A hash of the bytes. The round appears twice, so that its words stay in registers. */
export function sipHash(at: usize, size: usize): u64 {
  const k0 = load<u64>(key);
  const k1 = load<u64>(key, 8);
  let v0 = k0 ^ 0x736f6d6570736575;
  let v1 = k1 ^ 0x646f72616e646f6d;
  let v2 = k0 ^ 0x6c7967656e657261;
  let v3 = k1 ^ 0x7465646279746573;
  for (let left = <isize>size; left >= 0; left -= 8, at += 8) {
    const word = left >= 8 ? load<u64>(at) : lastWord(at, <usize>left, size);
    v3 ^= word;
    v0 += v1;
    v2 += v3;
    v1 = rotl<u64>(v1, 13) ^ v0;
    v3 = rotl<u64>(v3, 16) ^ v2;
    v0 = rotl<u64>(v0, 32) + v3;
    v2 += v1;
    v1 = rotl<u64>(v1, 17) ^ v2;
    v3 = rotl<u64>(v3, 21) ^ v0;
    v2 = rotl<u64>(v2, 32);
    v0 ^= word;
  }
  v2 ^= 0xff;
  for (let i = 0; i < 3; i++) {
    v0 += v1;
    v2 += v3;
    v1 = rotl<u64>(v1, 13) ^ v0;
    v3 = rotl<u64>(v3, 16) ^ v2;
    v0 = rotl<u64>(v0, 32) + v3;
    v2 += v1;
    v1 = rotl<u64>(v1, 17) ^ v2;
    v3 = rotl<u64>(v3, 21) ^ v0;
    v2 = rotl<u64>(v2, 32);
  }
  return v0 ^ v1 ^ v2 ^ v3;
}

/** The remaining bytes, with the total size in the top byte. */
function lastWord(at: usize, left: usize, size: usize): u64 {
  const high = (<u64>size) << 56;
  if (left == 0) return high;
  // Loads the seven bytes before too, and shifts them out.
  if (size >= 8) return high | (load<u64>(at + left - 8) >> ((8 - left) << 3));
  let word: u64 = 0;
  for (let i: usize = 0; i < left; i++) word |= (<u64>load<u8>(at + i)) << (i << 3);
  return high | word;
}
