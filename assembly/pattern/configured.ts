/** Compiled patterns in a guest's configuration, as Base64. */
import { checksum, checksumOf, magic, MAGIC, sizeOf, HEADER_BYTES } from './program';

/** The address of the program in separate memory; 0 if the text is not a program. */
export function programOf(text: string): usize {
  const length = text.length;
  if (length % 4 != 0 || length / 4 * 3 < <i32>HEADER_BYTES) return 0;
  const program = heap.alloc((length / 4) * 3);
  let size: usize = 0;
  for (let i = 0; i < length; i += 4) {
    let bits: u32 = 0;
    let count: usize = 3;
    for (let j = 0; j < 4; j++) {
      const digit = digitOf(text.charCodeAt(i + j));
      if (digit < 0) {
        // Padding is allowed only in the last two positions.
        if (text.charCodeAt(i + j) != 0x3d || i + 4 < length || j < 2) return 0;
        count = min(count, <usize>j - 1);
      }
      bits = (bits << 6) | (digit < 0 ? 0 : digit);
    }
    store<u8>(program + size, <u8>(bits >> 16));
    if (count > 1) store<u8>(program + size, <u8>(bits >> 8), 1);
    if (count > 2) store<u8>(program + size, <u8>bits, 2);
    size += count;
  }
  if (magic(program) != MAGIC || sizeOf(program) != size) return 0;
  return checksumOf(program, size) == checksum(program) ? program : 0;
}

function digitOf(unit: i32): i32 {
  if (unit >= 0x41 && unit <= 0x5a) return unit - 0x41;
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61 + 26;
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30 + 52;
  return unit == 0x2b ? 62 : unit == 0x2f ? 63 : -1;
}
