// Shared by 64-bit and 128-bit XXH3: the secret and the mixing functions. The seed is always 0.

export const P32_1: u64 = 0x9e3779b1;
export const P32_2: u64 = 0x85ebca77;
export const P32_3: u64 = 0xc2b2ae3d;
export const P64_1: u64 = 0x9e3779b185ebca87;
export const P64_2: u64 = 0xc2b2ae3d27d4eb4f;
export const P64_3: u64 = 0x165667b19e3779f9;
export const P64_4: u64 = 0x85ebca77c2b2ae63;
export const P64_5: u64 = 0x27d4eb2f165667c5;
export const MIX_1: u64 = 0x165667919e3779f9;
export const MIX_2: u64 = 0x9fb21c651e98df25;

/** The default secret of the algorithm: 192 bytes. */
export const SECRET: usize = memory.data<u64>([
  0xbe4ba423396cfeb8, 0x1cad21f72c81017c, 0xdb979083e96dd4de, 0x1f67b3b7a4a44072,
  0x78e5c0cc4ee679cb, 0x2172ffcc7dd05a82, 0x8e2443f7744608b8, 0x4c263a81e69035e0,
  0xcb00c391bb52283c, 0xa32e531b8b65d088, 0x4ef90da297486471, 0xd8acdea946ef1938,
  0x3f349ce33f76faa8, 0x1d4f0bc7c7bbdcf9, 0x3159b4cd4be0518a, 0x647378d9c97e9fc8,
  0xc3ebd33483acc5ea, 0xeb6313faffa081c5, 0x49daf0b751dd0d17, 0x9e68d429265516d3,
  0xfca1477d58be162b, 0xce31d07ad1b8f88f, 0x280416958f3acb45, 0x7e404bbbcafbd7af,
]);

/** Two words of the secret, XORed. */
@inline export function secretPair(first: usize, second: usize): u64 {
  return load<u64>(SECRET + first) ^ load<u64>(SECRET + second);
}

/** The upper 64 bits of a product; `*` returns the lower ones. */
export function upperProduct(a: u64, b: u64): u64 {
  const lowLow = (a & 0xffffffff) * (b & 0xffffffff);
  const highLow = (a >> 32) * (b & 0xffffffff) + (lowLow >> 32);
  const lowHigh = (a & 0xffffffff) * (b >> 32) + (highLow & 0xffffffff);
  return (a >> 32) * (b >> 32) + (highLow >> 32) + (lowHigh >> 32);
}

@inline export function folded(a: u64, b: u64): u64 {
  return (a * b) ^ upperProduct(a, b);
}

/** Mixes 16 bytes of the text with 16 bytes of the secret. */
@inline export function mix16(at: usize, secret: usize): u64 {
  return folded(load<u64>(at) ^ load<u64>(secret), load<u64>(at, 8) ^ load<u64>(secret, 8));
}

export function avalanche(hash: u64): u64 {
  hash = (hash ^ (hash >> 37)) * MIX_1;
  return hash ^ (hash >> 32);
}

/** The final step of XXH64, which short texts use. */
export function avalanche64(hash: u64): u64 {
  hash = (hash ^ (hash >> 33)) * P64_2;
  hash = (hash ^ (hash >> 29)) * P64_3;
  return hash ^ (hash >> 32);
}

/** Packs one to three bytes and their count into a word. */
export function fewBytes(at: usize, size: usize): u32 {
  const first: u32 = load<u8>(at);
  const middle: u32 = load<u8>(at + (size >> 1));
  return (first << 16) | (middle << 24) | load<u8>(at + size - 1) | ((<u32>size) << 8);
}
