/**
 * The positions at which detectors run. Most bytes of telemetry are no triggers, and 16 are skipped at once: a table
 * of half bytes recognizes rare ones, and common ones count only with suitable neighbours.
 */

/**
 * A bit for each of the 16 bytes at `at` at which something may be found: % + = @ I J _ ~; a space after the last letter of
 * Bearer or Basic; a dash after a letter or before another one; the first digit of four, or of those after a capital letter. With
 * `addresses` the first of any digits, and colons.
 */
@inline export function triggersAt(at: usize, addresses: bool): u32 {
  const bytes = v128.load(at);
  const before = v128.load(at - 1);
  // A bit for each upper half of a byte, and for each lower half the upper halves that form a trigger with it. Digits
  // have the highest bit, dashes the one below.
  const uppers = i8x16(0, 0, 0x41, -0x7e, 4, 8, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  const lowers = i8x16(-0x7c, -0x80, -0x80, -0x80, -0x80, -0x7f, -0x80, -0x80, -0x80, -0x7c, 4, 1, 0, 0x42, 16, 8);
  const marks = v128.and(
    i8x16.swizzle(lowers, v128.and(bytes, i8x16.splat(0x0f))),
    i8x16.swizzle(uppers, i8x16.shr_u(bytes, 4)),
  );
  const letterBefore = v128.or(before, i8x16.splat(0x20));
  const space = v128.and(
    i8x16.eq(bytes, i8x16.splat(0x20)),
    v128.or(i8x16.eq(letterBefore, i8x16.splat(0x72)), i8x16.eq(letterBefore, i8x16.splat(0x63))),
  );
  const rare = v128.or(v128.and(marks, i8x16.splat(0x1f)), space);
  let alone = <u32>i8x16.bitmask(i8x16.add_sat_u(rare, i8x16.splat(0x7f)));
  if (addresses) alone |= <u32>i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0x3a)));
  const digits = <u32>i8x16.bitmask(marks);
  const dashes = <u32>i8x16.bitmask(i8x16.add(marks, marks));
  if ((digits | dashes) == 0) return alone;
  // The bytes after these 16 may be a digit or a dash.
  const beyond = digits | 0xffff0000;
  const four = beyond & (beyond >> 1) & (beyond >> 2) & (beyond >> 3);
  const capitals = <u32>i8x16.bitmask(i8x16.lt_u(i8x16.sub(before, i8x16.splat(0x41)), i8x16.splat(26)));
  const letters = <u32>i8x16.bitmask(i8x16.lt_u(i8x16.sub(letterBefore, i8x16.splat(0x61)), i8x16.splat(26)));
  const numbers = digits & ~(digits << 1) & (addresses ? u32.MAX_VALUE : four | capitals);
  return alone | numbers | (dashes & (letters | (dashes >> 1) | 0x8000));
}

/** The same for one byte, without its neighbours. */
export function isTrigger(byte: u32): bool {
  if (byte < 0x40) return byte == 0x20 || byte == 0x25 || byte == 0x2b || byte == 0x2d || byte == 0x3d || byte - 0x30 <= 10;
  return byte == 0x40 || byte == 0x49 || byte == 0x4a || byte == 0x5f || byte == 0x7e;
}
