import { arena } from '../values/arena';
import { Kind, Val } from '../values/val';

/** The bytes as hexadecimal digits. */
export function toHex(bytes: Val): Val {
  const text = arena.take(2 * bytes.size);
  for (let i: usize = 0; i < bytes.size; i++) {
    const byte: u32 = load<u8>(bytes.pointer + i);
    store<u8>(text + 2 * i, digit(byte >> 4));
    store<u8>(text + 2 * i, digit(byte & 15), 1);
  }
  return Val.text(text, 2 * bytes.size);
}

@inline function digit(value: u32): u8 {
  return <u8>(value < 10 ? 48 + value : 87 + value);
}

/** Decodes hexadecimal digits; null if the text is malformed. */
export function fromHex(text: Val): Val | null {
  if (text.size & 1) return null;
  const bytes = arena.take(text.size >> 1);
  for (let i: usize = 0; i < text.size; i += 2) {
    const high = valueOf(load<u8>(text.pointer + i));
    const low = valueOf(load<u8>(text.pointer + i, 1));
    if (high < 0 || low < 0) return null;
    store<u8>(bytes + (i >> 1), <u8>((high << 4) | low));
  }
  return Val.bytes(Kind.Bytes, bytes, text.size >> 1);
}

function valueOf(digit: u32): i32 {
  if (digit >= 48 && digit <= 57) return digit - 48;
  const lower = digit | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
