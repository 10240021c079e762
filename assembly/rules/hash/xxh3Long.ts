import { arena } from '../values/arena';
import { Val } from '../values/val';
import { avalanche, folded, P32_1, P32_2, P32_3, P64_1, P64_2, P64_3, P64_4, P64_5, SECRET } from './xxh3Parts';

const STRIPE: usize = 64;
const STRIPES_PER_BLOCK: usize = 16;
const LAST_SECRET: usize = 192 - STRIPE;

/** Computes the eight accumulators over the stripes of a text of more than 240 bytes. */
export function accumulate(text: Val): usize {
  const sums = arena.take(64);
  store<u64>(sums, P32_3);
  store<u64>(sums, P64_1, 8);
  store<u64>(sums, P64_2, 16);
  store<u64>(sums, P64_3, 24);
  store<u64>(sums, P64_4, 32);
  store<u64>(sums, P32_2, 40);
  store<u64>(sums, P64_5, 48);
  store<u64>(sums, P32_1, 56);
  const stripes = (text.size - 1) / STRIPE;
  for (let i: usize = 0; i < stripes; i++) {
    const inBlock = i & (STRIPES_PER_BLOCK - 1);
    addStripe(sums, text.pointer + i * STRIPE, SECRET + (inBlock << 3));
    if (inBlock == STRIPES_PER_BLOCK - 1) scramble(sums);
  }
  addStripe(sums, text.pointer + text.size - STRIPE, SECRET + LAST_SECRET - 7);
  return sums;
}

function addStripe(sums: usize, at: usize, secret: usize): void {
  for (let i: usize = 0; i < STRIPE; i += 8) {
    const word = load<u64>(at + i);
    const keyed = word ^ load<u64>(secret + i);
    const neighbour = sums + (i ^ 8);
    store<u64>(neighbour, load<u64>(neighbour) + word);
    store<u64>(sums + i, load<u64>(sums + i) + (keyed & 0xffffffff) * (keyed >> 32));
  }
}

function scramble(sums: usize): void {
  for (let i: usize = 0; i < STRIPE; i += 8) {
    const sum = load<u64>(sums + i);
    store<u64>(sums + i, (sum ^ (sum >> 47) ^ load<u64>(SECRET + LAST_SECRET + i)) * P32_1);
  }
}

export function merged(sums: usize, secret: usize, start: u64): u64 {
  for (let i: usize = 0; i < STRIPE; i += 16) {
    start += folded(
      load<u64>(sums + i) ^ load<u64>(SECRET + secret + i),
      load<u64>(sums + i, 8) ^ load<u64>(SECRET + secret + i, 8),
    );
  }
  return avalanche(start);
}
