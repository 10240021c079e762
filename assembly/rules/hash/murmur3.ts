import { arena } from '../values/arena';
import { Kind, Val } from '../values/val';

/** MurmurHash3_x86_32 with seed 0: 4 bytes, little-endian. */
export function murmur3(text: Val): Val {
  const end = text.pointer + (text.size & ~3);
  let hash: u32 = 0;
  for (let at = text.pointer; at < end; at += 4) {
    hash ^= scrambled32(load<u32>(at));
    hash = rotl<u32>(hash, 13) * 5 + 0xe6546b64;
  }
  let tail: u32 = 0;
  for (let i = text.size & 3; i > 0; i--) tail = (tail << 8) | load<u8>(end + i - 1);
  hash ^= scrambled32(tail) ^ <u32>text.size;
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
  const made = arena.take(4);
  store<u32>(made, hash ^ (hash >> 16));
  return Val.bytes(Kind.Bytes, made, 4);
}

@inline function scrambled32(word: u32): u32 {
  return rotl<u32>(word * 0xcc9e2d51, 15) * 0x1b873593;
}

const FIRST: u64 = 0x87c37b91114253d5;
const SECOND: u64 = 0x4cf5ad432745937f;

/** MurmurHash3_x64_128 with seed 0: 16 bytes, little-endian. */
export function murmur3x128(text: Val): Val {
  const end = text.pointer + (text.size & ~15);
  let one: u64 = 0;
  let two: u64 = 0;
  for (let at = text.pointer; at < end; at += 16) {
    one ^= rotl<u64>(load<u64>(at) * FIRST, 31) * SECOND;
    one = (rotl<u64>(one, 27) + two) * 5 + 0x52dce729;
    two ^= rotl<u64>(load<u64>(at, 8) * SECOND, 33) * FIRST;
    two = (rotl<u64>(two, 31) + one) * 5 + 0x38495ab5;
  }
  let low: u64 = 0;
  let high: u64 = 0;
  for (let i = text.size & 15; i > 0; i--) {
    const byte: u64 = load<u8>(end + i - 1);
    if (i > 8) high = (high << 8) | byte;
    else low = (low << 8) | byte;
  }
  one ^= (rotl<u64>(low * FIRST, 31) * SECOND) ^ <u64>text.size;
  two ^= (rotl<u64>(high * SECOND, 33) * FIRST) ^ <u64>text.size;
  one += two;
  two += one;
  one = mixed(one);
  two = mixed(two);
  one += two;
  two += one;
  const made = arena.take(16);
  store<u64>(made, one);
  store<u64>(made, two, 8);
  return Val.bytes(Kind.Bytes, made, 16);
}

function mixed(word: u64): u64 {
  word = (word ^ (word >> 33)) * 0xff51afd7ed558ccd;
  word = (word ^ (word >> 33)) * 0xc4ceb9fe1a85ec53;
  return word ^ (word >> 33);
}
