/** SHA-256 (FIPS 180-4) into reused memory. */

// First 32 bits of the fractional parts of the cube roots of the first 64 primes.
const ROUND: u32[] = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
];
const INITIAL: u32[] = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
const BLOCK_BYTES: usize = 64;
const DIGEST_BYTES: usize = 32;

const state = memory.data(32, 8);
const schedule = memory.data(256, 8);
const tail = memory.data(128, 8);
const digest = memory.data(32, 8);
const hex = memory.data(64, 8);

/** The address of the 64 lower-case hexadecimal digits of the hash, valid until the next call. */
export function sha256Hex(pointer: usize, size: usize): usize {
  const bytes = sha256(pointer, size);
  for (let i: usize = 0; i < DIGEST_BYTES; i++) {
    const byte = load<u8>(bytes + i);
    store<u8>(hex + (i << 1), digit(byte >> 4));
    store<u8>(hex + (i << 1) + 1, digit(byte & 15));
  }
  return hex;
}

/** The address of the 32 bytes of the hash, valid until the next call. */
export function sha256(pointer: usize, size: usize): usize {
  for (let i = 0; i < 8; i++) store<u32>(state + ((<usize>i) << 2), unchecked(INITIAL[i]));
  let at = pointer;
  const end = pointer + size;
  for (; end - at >= BLOCK_BYTES; at += BLOCK_BYTES) compress(at);
  // The remaining bytes, a one bit, zeros, and the size in bits fill one or two more blocks.
  const rest = end - at;
  const tailBytes = rest < 56 ? BLOCK_BYTES : BLOCK_BYTES << 1;
  memory.fill(tail, 0, tailBytes);
  memory.copy(tail, at, rest);
  store<u8>(tail + rest, 0x80);
  store<u64>(tail + tailBytes - 8, bswap<u64>((<u64>size) << 3));
  for (let i: usize = 0; i < tailBytes; i += BLOCK_BYTES) compress(tail + i);
  // Words are in the machine's byte order; the hash is big-endian.
  for (let i: usize = 0; i < DIGEST_BYTES; i += 4) store<u32>(digest + i, bswap<u32>(load<u32>(state + i)));
  return digest;
}

function digit(value: u8): u8 {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

function word(i: i32): u32 {
  return load<u32>(schedule + ((<usize>i) << 2));
}

function compress(block: usize): void {
  for (let i = 0; i < 16; i++) {
    store<u32>(schedule + ((<usize>i) << 2), bswap<u32>(load<u32>(block + ((<usize>i) << 2))));
  }
  for (let i = 16; i < 64; i++) {
    const a = word(i - 15);
    const b = word(i - 2);
    const s0 = rotr(a, 7) ^ rotr(a, 18) ^ (a >> 3);
    const s1 = rotr(b, 17) ^ rotr(b, 19) ^ (b >> 10);
    store<u32>(schedule + ((<usize>i) << 2), word(i - 16) + s0 + word(i - 7) + s1);
  }
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  let e = load<u32>(state, 16);
  let f = load<u32>(state, 20);
  let g = load<u32>(state, 24);
  let h = load<u32>(state, 28);
  for (let i = 0; i < 64; i++) {
    const s1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
    const t1 = h + s1 + ((e & f) ^ (~e & g)) + unchecked(ROUND[i]) + word(i);
    const s0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
    const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  store<u32>(state, load<u32>(state) + a);
  store<u32>(state, load<u32>(state, 4) + b, 4);
  store<u32>(state, load<u32>(state, 8) + c, 8);
  store<u32>(state, load<u32>(state, 12) + d, 12);
  store<u32>(state, load<u32>(state, 16) + e, 16);
  store<u32>(state, load<u32>(state, 20) + f, 20);
  store<u32>(state, load<u32>(state, 24) + g, 24);
  store<u32>(state, load<u32>(state, 28) + h, 28);
}
