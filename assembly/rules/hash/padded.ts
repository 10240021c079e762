import { arena } from '../values/arena';
import { Kind, Val } from '../values/val';

/**
 * A text with the padding of MD5, SHA-1 and SHA-2: a 1 bit, zeros, and the length in bits, which takes 16 bytes in
 * blocks of 128 bytes and 8 bytes otherwise.
 */
export function padded(text: Val, block: usize, isBigEndian: bool): Val {
  const lengthSize = block >> 3;
  const size = (text.size + 1 + lengthSize + block - 1) & ~(block - 1);
  const at = arena.take(size);
  memory.copy(at, text.pointer, text.size);
  memory.fill(at + text.size, 0, size - text.size);
  store<u8>(at + text.size, 0x80);
  const bits = <u64>text.size << 3;
  store<u64>(at + size - 8, isBigEndian ? bswap<u64>(bits) : bits);
  return Val.bytes(Kind.Bytes, at, size);
}
