/** HMAC-SHA256 (RFC 2104). */
import { Text } from 'otelwasm/assembly';
import { sha256, sha256Hex } from './sha256';

const BLOCK_BYTES: usize = 64;
const DIGEST_BYTES: usize = 32;
const HEX_DIGITS: usize = 64;

export class Hmac {
  private key: StaticArray<u8> = new StaticArray<u8>(<i32>BLOCK_BYTES);
  /** The padded key and the signed bytes. Grows with the longest value. */
  private buffer: StaticArray<u8> = new StaticArray<u8>(512);
  private digest: Text = new Text();

  constructor(key: Text) {
    if (key.size > BLOCK_BYTES)
      memory.copy(changetype<usize>(this.key), sha256(key.pointer, key.size), DIGEST_BYTES);
    else memory.copy(changetype<usize>(this.key), key.pointer, key.size);
  }

  /** 64 hexadecimal digits, valid until the next call. */
  hex(pointer: usize, size: usize): Text {
    const needed = <i32>(BLOCK_BYTES + max(size, DIGEST_BYTES));
    if (this.buffer.length < needed) this.buffer = new StaticArray<u8>(needed << 1);
    const at = changetype<usize>(this.buffer);
    this.pad(at, 0x36);
    memory.copy(at + BLOCK_BYTES, pointer, size);
    const inner = sha256(at, BLOCK_BYTES + size);
    // Values must not stay in memory.
    memory.fill(at, 0, BLOCK_BYTES + size);
    this.pad(at, 0x5c);
    memory.copy(at + BLOCK_BYTES, inner, DIGEST_BYTES);
    return this.digest.bind(sha256Hex(at, BLOCK_BYTES + DIGEST_BYTES), HEX_DIGITS);
  }

  private pad(at: usize, byte: u8): void {
    const key = changetype<usize>(this.key);
    for (let i: usize = 0; i < BLOCK_BYTES; i++) store<u8>(at + i, load<u8>(key + i) ^ byte);
  }
}
