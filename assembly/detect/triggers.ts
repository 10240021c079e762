/**
 * The bytes at which detectors look closer. Most bytes of telemetry are none, and 16 are passed over at once: two look-ups by
 * half bytes tell which of 16 are among them.
 */
/** A bit for each of the 16 bytes at `at` that is a trigger; of digits in a row only the first, unless it is at `at`. */
@inline export function triggersAt(at: usize): u32 {
  // A bit for each upper half of a byte, and for each lower half those upper halves with which it is a trigger:
  // space + - 0-9 = @ I J _ ~
  const uppers = i8x16(0, 0, 1, 2, 4, 8, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  const lowers = i8x16(1 | 2 | 4, 2, 2, 2, 2, 2, 2, 2, 2, 2 | 4, 4, 1, 0, 1 | 2, 16, 8);
  const bytes = v128.load(at);
  const lower = i8x16.swizzle(lowers, v128.and(bytes, i8x16.splat(0x0f)));
  const upper = i8x16.swizzle(uppers, i8x16.shr_u(bytes, 4));
  const all = <u32>i8x16.bitmask(i8x16.ne(v128.and(lower, upper), i8x16.splat(0)));
  const digits = <u32>i8x16.bitmask(i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10)));
  return all & ~(digits & (digits << 1));
}

/** The same for one byte. */
export function isTrigger(byte: u32): bool {
  if (byte < 0x40) return byte == 0x20 || byte == 0x2b || byte == 0x2d || byte == 0x3d || byte - 0x30 < 10;
  return byte == 0x40 || byte == 0x49 || byte == 0x4a || byte == 0x5f || byte == 0x7e;
}
