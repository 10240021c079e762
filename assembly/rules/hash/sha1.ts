import { padded } from './padded';
import { arena } from '../values/arena';
import { Kind, Val } from '../values/val';

const BLOCK: usize = 64;

/** SHA-1 (FIPS 180-4): 20 bytes. */
export function sha1(text: Val): Val {
  const data = padded(text, BLOCK, true);
  const words = arena.take(80 * 4);
  let h0: u32 = 0x67452301;
  let h1: u32 = 0xefcdab89;
  let h2: u32 = 0x98badcfe;
  let h3: u32 = 0x10325476;
  let h4: u32 = 0xc3d2e1f0;
  for (let at = data.pointer; at < data.pointer + data.size; at += BLOCK) {
    for (let i: usize = 0; i < 64; i += 4) store<u32>(words + i, bswap<u32>(load<u32>(at + i)));
    for (let i = words + 64; i < words + 320; i += 4) {
      store<u32>(i, rotl<u32>(load<u32>(i - 12) ^ load<u32>(i - 32) ^ load<u32>(i - 56) ^ load<u32>(i - 64), 1));
    }
    let a = h0;
    let b = h1;
    let c = h2;
    let d = h3;
    let e = h4;
    for (let step = 0; step < 80; step++) {
      let mixed: u32;
      if (step < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
      else if (step < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
      else if (step < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
      else mixed = (b ^ c ^ d) + 0xca62c1d6;
      const next = rotl<u32>(a, 5) + mixed + e + load<u32>(words + (step << 2));
      e = d;
      d = c;
      c = rotl<u32>(b, 30);
      b = a;
      a = next;
    }
    h0 += a;
    h1 += b;
    h2 += c;
    h3 += d;
    h4 += e;
  }
  const hash = arena.take(20);
  store<u32>(hash, bswap<u32>(h0));
  store<u32>(hash, bswap<u32>(h1), 4);
  store<u32>(hash, bswap<u32>(h2), 8);
  store<u32>(hash, bswap<u32>(h3), 12);
  store<u32>(hash, bswap<u32>(h4), 16);
  return Val.bytes(Kind.Bytes, hash, 20);
}
