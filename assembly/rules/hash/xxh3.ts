import { Val } from '../values/val';
import { accumulate, merged } from './xxh3Long';
import { avalanche, avalanche64, fewBytes, folded, MIX_2, mix16, P64_1, SECRET, secretPair } from './xxh3Parts';

/** 64-bit XXH3 with seed 0. The algorithm depends on the size of the text. */
export function xxh3(text: Val): u64 {
  const size = text.size;
  if (size == 0) return avalanche64(secretPair(56, 64));
  if (size < 4) return avalanche64(<u64>fewBytes(text.pointer, size) ^ <u64>(load<u32>(SECRET) ^ load<u32>(SECRET, 4)));
  if (size <= 8) return upTo8(text);
  if (size <= 16) return upTo16(text);
  if (size <= 128) return upTo128(text);
  if (size <= 240) return upTo240(text);
  return merged(accumulate(text), 11, <u64>size * P64_1);
}

function upTo8(text: Val): u64 {
  const first: u64 = load<u32>(text.pointer);
  const last: u64 = load<u32>(text.pointer + text.size - 4);
  let hash = (last + (first << 32)) ^ secretPair(8, 16);
  hash = (hash ^ rotl<u64>(hash, 49) ^ rotl<u64>(hash, 24)) * MIX_2;
  hash = (hash ^ ((hash >> 35) + <u64>text.size)) * MIX_2;
  return hash ^ (hash >> 28);
}

function upTo16(text: Val): u64 {
  const low = load<u64>(text.pointer) ^ secretPair(24, 32);
  const high = load<u64>(text.pointer + text.size - 8) ^ secretPair(40, 48);
  return avalanche(<u64>text.size + bswap<u64>(low) + high + folded(low, high));
}

function upTo128(text: Val): u64 {
  const end = text.pointer + text.size;
  let sum = <u64>text.size * P64_1;
  for (let i: i32 = <i32>((text.size - 1) >> 5); i >= 0; i--) {
    sum += mix16(text.pointer + 16 * i, SECRET + 32 * i);
    sum += mix16(end - 16 * (i + 1), SECRET + 32 * i + 16);
  }
  return avalanche(sum);
}

function upTo240(text: Val): u64 {
  const rounds = text.size >> 4;
  let sum = <u64>text.size * P64_1;
  for (let i: usize = 0; i < 8; i++) sum += mix16(text.pointer + (i << 4), SECRET + (i << 4));
  sum = avalanche(sum);
  for (let i: usize = 8; i < rounds; i++) sum += mix16(text.pointer + (i << 4), SECRET + ((i - 8) << 4) + 3);
  return avalanche(sum + mix16(text.pointer + text.size - 16, SECRET + 136 - 17));
}
