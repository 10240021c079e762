import { sha256, sha512 } from './sha2';
import { Builder } from '../values/builder';
import { Val } from '../values/val';

/** HMAC (RFC 2104) with SHA-256. */
export function hmac256(key: Val, text: Val): Val {
  const short = key.size > 64 ? sha256(key) : key;
  return sha256(keyed(short, 64, 0x5c, sha256(keyed(short, 64, 0x36, text))));
}

/** HMAC with SHA-512. */
export function hmac512(key: Val, text: Val): Val {
  const short = key.size > 128 ? sha512(key) : key;
  return sha512(keyed(short, 128, 0x5c, sha512(keyed(short, 128, 0x36, text))));
}

/** The key, padded to a block and XORed with `change`, followed by the text. */
function keyed(key: Val, block: usize, change: u32, text: Val): Val {
  const builder = new Builder(block + text.size);
  for (let i: usize = 0; i < block; i++) builder.byte((i < key.size ? load<u8>(key.pointer + i) : 0) ^ change);
  builder.value(text);
  return builder.asBytes();
}
