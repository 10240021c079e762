import { arena } from '../values/arena';
import { Kind, Val } from '../values/val';
import { accumulate, merged } from './xxh3Long';
import {
  avalanche,
  avalanche64,
  fewBytes,
  MIX_2,
  mix16,
  P32_2,
  P64_1,
  P64_2,
  P64_4,
  SECRET,
  secretPair,
  upperProduct,
} from './xxh3Parts';

/** Both halves of the current hash, because an AssemblyScript function returns one value. */
let low: u64 = 0;
let high: u64 = 0;

/** 128-bit XXH3 with seed 0: 16 bytes, big-endian. */
export function xxh128(text: Val): Val {
  const size = text.size;
  if (size < 4) upTo3(text);
  else if (size <= 8) upTo8(text);
  else if (size <= 16) upTo16(text);
  else if (size <= 240) upTo240(text);
  else {
    const sums = accumulate(text);
    low = merged(sums, 11, <u64>size * P64_1);
    high = merged(sums, 192 - 64 - 11, ~(<u64>size * P64_2));
  }
  const made = arena.take(16);
  store<u64>(made, bswap<u64>(high));
  store<u64>(made, bswap<u64>(low), 8);
  return Val.bytes(Kind.Bytes, made, 16);
}

function upTo3(text: Val): void {
  if (text.size == 0) {
    low = avalanche64(secretPair(64, 72));
    high = avalanche64(secretPair(80, 88));
    return;
  }
  const bytes = fewBytes(text.pointer, text.size);
  low = avalanche64(<u64>bytes ^ <u64>(load<u32>(SECRET) ^ load<u32>(SECRET, 4)));
  high = avalanche64(<u64>rotl<u32>(bswap<u32>(bytes), 13) ^ <u64>(load<u32>(SECRET, 8) ^ load<u32>(SECRET, 12)));
}

function upTo8(text: Val): void {
  const first: u64 = load<u32>(text.pointer);
  const last: u64 = load<u32>(text.pointer + text.size - 4);
  const keyed = (first + (last << 32)) ^ secretPair(16, 24);
  const factor = P64_1 + (<u64>text.size << 2);
  low = keyed * factor;
  high = upperProduct(keyed, factor) + (low << 1);
  low ^= high >> 3;
  low = (low ^ (low >> 35)) * MIX_2;
  low ^= low >> 28;
  high = avalanche(high);
}

function upTo16(text: Val): void {
  const first = load<u64>(text.pointer);
  let last = load<u64>(text.pointer + text.size - 8);
  const keyed = first ^ last ^ secretPair(32, 40);
  last ^= secretPair(48, 56);
  const lower = keyed * P64_1 + ((<u64>text.size - 1) << 54);
  const upper = upperProduct(keyed, P64_1) + last + (last & 0xffffffff) * (P32_2 - 1);
  const mixed = lower ^ bswap<u64>(upper);
  low = avalanche(mixed * P64_2);
  high = avalanche(upperProduct(mixed, P64_2) + upper * P64_2);
}

function upTo240(text: Val): void {
  const start = text.pointer;
  const size = text.size;
  const end = start + size;
  low = <u64>size * P64_1;
  high = 0;
  if (size <= 128) {
    for (let i: i32 = <i32>((size - 1) >> 5); i >= 0; i--) mix32(start + 16 * i, end - 16 * (i + 1), SECRET + 32 * i);
  } else {
    for (let i: usize = 32; i < 160; i += 32) mix32(start + i - 32, start + i - 16, SECRET + i - 32);
    low = avalanche(low);
    high = avalanche(high);
    for (let i: usize = 160; i <= size; i += 32) mix32(start + i - 32, start + i - 16, SECRET + 3 + i - 160);
    mix32(end - 16, end - 32, SECRET + 136 - 17 - 16);
  }
  const upper = low * P64_1 + high * P64_4 + <u64>size * P64_2;
  low = avalanche(low + high);
  high = 0 - avalanche(upper);
}

function mix32(first: usize, second: usize, secret: usize): void {
  low = (low + mix16(first, secret)) ^ (load<u64>(second) + load<u64>(second, 8));
  high = (high + mix16(second, secret + 16)) ^ (load<u64>(first) + load<u64>(first, 8));
}
