import { now, randomBytes } from 'otelwasm/assembly/host';
import { arena } from '../values/arena';
import { define } from '../evaluate/call';
import { toHex } from '../text/hex';
import { Node } from '../program/program';
import { Kind, Val } from '../values/val';

const SIZE: usize = 16;
const NANOS_PER_MILLI: u64 = 1_000_000;

/** Formats a UUID (RFC 9562): sets version and variant, and adds dashes. */
function uuidText(bytes: usize, version: u8): Val {
  store<u8>(bytes, (load<u8>(bytes, 6) & 0x0f) | (version << 4), 6);
  store<u8>(bytes, (load<u8>(bytes, 8) & 0x3f) | 0x80, 8);
  const digits = toHex(Val.bytes(Kind.Bytes, bytes, SIZE)).pointer;
  const text = arena.take(36);
  let to = text;
  for (let i: usize = 0; i < 32; i++) {
    if (i == 8 || i == 12 || i == 16 || i == 20) store<u8>(to++, 45);
    store<u8>(to++, load<u8>(digits + i));
  }
  return Val.text(text, 36);
}

define('UUID', (call: Node): Val | null => {
  const bytes = arena.take(SIZE);
  randomBytes(bytes, SIZE);
  return uuidText(bytes, 4);
});

define('UUIDv7', (call: Node): Val | null => {
  const bytes = arena.take(SIZE);
  randomBytes(bytes, SIZE);
  const last = load<u16>(bytes, 6);
  store<u64>(bytes, bswap<u64>((now() / NANOS_PER_MILLI) << 16));
  store<u16>(bytes, last, 6);
  return uuidText(bytes, 7);
});
