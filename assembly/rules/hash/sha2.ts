// SHA-256 and SHA-512 differ only in word size, rotations and the number of rounds, so one generic function has both.
import { padded } from './padded';
import { arena } from '../values/arena';
import { Kind, Val } from '../values/val';

/** The first fractional bits of the square roots of the primes 2 to 19 and of the cube roots of primes (FIPS 180-4). */
const START: usize = memory.data<u64>([
  0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
  0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
]);
const ROOTS: usize = memory.data<u64>([
  0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
  0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
  0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
  0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
  0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
  0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
  0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
  0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
  0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
  0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
  0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
  0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
  0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
  0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
  0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
  0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
  0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
  0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
  0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
  0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
]);

/** SHA-256: 32 bytes. */
export function sha256(text: Val): Val {
  return sha2<u32>(text, 64);
}

/** SHA-512: 64 bytes. */
export function sha512(text: Val): Val {
  return sha2<u64>(text, 80);
}

@inline function turned<T>(word: T, first: T, second: T, third: T): T {
  return rotr<T>(word, first) ^ rotr<T>(word, second) ^ rotr<T>(word, third);
}

/** The constants of SHA-256 are the upper halves of those of SHA-512. */
@inline function constant<T>(at: usize): T {
  return sizeof<T>() == 4 ? load<u32>(at, 4) : load<T>(at);
}

function sha2<T>(text: Val, rounds: usize): Val {
  const width: usize = sizeof<T>();
  const block = width << 4;
  const data = padded(text, block, true);
  const words = arena.take(rounds * width);
  const state = arena.take(width << 3);
  for (let i: usize = 0; i < 8; i++) store<T>(state + i * width, constant<T>(START + (i << 3)));
  for (let at = data.pointer; at < data.pointer + data.size; at += block) {
    for (let i: usize = 0; i < block; i += width) store<T>(words + i, bswap<T>(load<T>(at + i)));
    expand<T>(words, rounds);
    compress<T>(state, words, rounds);
  }
  for (let i: usize = 0; i < 8; i++) store<T>(state + i * width, bswap<T>(load<T>(state + i * width)));
  return Val.bytes(Kind.Bytes, state, width << 3);
}

function expand<T>(words: usize, rounds: usize): void {
  const width: usize = sizeof<T>();
  for (let i: usize = 16; i < rounds; i++) {
    const at = words + i * width;
    const before = load<T>(at - 15 * width);
    const last = load<T>(at - 2 * width);
    let small: T;
    let large: T;
    if (width == 4) {
      small = rotr<T>(before, 7) ^ rotr<T>(before, 18) ^ (before >> 3);
      large = rotr<T>(last, 17) ^ rotr<T>(last, 19) ^ (last >> 10);
    } else {
      small = rotr<T>(before, 1) ^ rotr<T>(before, 8) ^ (before >> 7);
      large = rotr<T>(last, 19) ^ rotr<T>(last, 61) ^ (last >> 6);
    }
    store<T>(at, load<T>(at - 16 * width) + small + load<T>(at - 7 * width) + large);
  }
}

function compress<T>(state: usize, words: usize, rounds: usize): void {
  const width: usize = sizeof<T>();
  let a = load<T>(state);
  let b = load<T>(state + width);
  let c = load<T>(state + 2 * width);
  let d = load<T>(state + 3 * width);
  let e = load<T>(state + 4 * width);
  let f = load<T>(state + 5 * width);
  let g = load<T>(state + 6 * width);
  let h = load<T>(state + 7 * width);
  for (let i: usize = 0; i < rounds; i++) {
    const upper = width == 4 ? turned<T>(e, 6, 11, 25) : turned<T>(e, 14, 18, 41);
    const lower = width == 4 ? turned<T>(a, 2, 13, 22) : turned<T>(a, 28, 34, 39);
    const one = h + upper + ((e & f) ^ (~e & g)) + constant<T>(ROOTS + (i << 3)) + load<T>(words + i * width);
    const two = lower + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + one;
    d = c;
    c = b;
    b = a;
    a = one + two;
  }
  store<T>(state, load<T>(state) + a);
  store<T>(state + width, load<T>(state + width) + b);
  store<T>(state + 2 * width, load<T>(state + 2 * width) + c);
  store<T>(state + 3 * width, load<T>(state + 3 * width) + d);
  store<T>(state + 4 * width, load<T>(state + 4 * width) + e);
  store<T>(state + 5 * width, load<T>(state + 5 * width) + f);
  store<T>(state + 6 * width, load<T>(state + 6 * width) + g);
  store<T>(state + 7 * width, load<T>(state + 7 * width) + h);
}
