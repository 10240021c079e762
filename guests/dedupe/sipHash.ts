/** SipHash-1-3 with a random key: whoever writes logs cannot write two that only look equal. (Aumasson, Bernstein: SipHash.) */
import { randomBytes } from 'otelwasm/assembly';

const key = memory.data(16, 8);

/** Takes a key. Not before `onStart`: until then the host may have no memory to write it to. */
export function newKey(): void {
  randomBytes(key, 16);
}

/** A number that the same bytes have in common, and others hardly ever. The round stands here twice: its words stay in registers. */
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

/** What is left of the bytes, below the size of all. */
function lastWord(at: usize, left: usize, size: usize): u64 {
  const high = (<u64>size) << 56;
  if (left == 0) return high;
  // The seven bytes before are part of it, and shifted out.
  if (size >= 8) return high | (load<u64>(at + left - 8) >> ((8 - left) << 3));
  let word: u64 = 0;
  for (let i: usize = 0; i < left; i++) word |= (<u64>load<u8>(at + i)) << (i << 3);
  return high | word;
}
