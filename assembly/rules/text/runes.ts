/** Decodes UTF-8 like Go: an invalid byte is U+FFFD with a size of one byte. */
export let runeSize: usize = 0;
/** Whether the last rune was invalid. */
export let isBroken: bool = false;

export const REPLACEMENT: u32 = 0xfffd;

export function runeAt(at: usize, end: usize): u32 {
  const first: u32 = load<u8>(at);
  isBroken = false;
  runeSize = 1;
  if (first < 0x80) return first;
  let count: usize = 0;
  let code: u32 = 0;
  let least: u32 = 0;
  if (first >= 0xc2 && first < 0xe0) {
    count = 1;
    code = first & 0x1f;
    least = 0x80;
  } else if (first >= 0xe0 && first < 0xf0) {
    count = 2;
    code = first & 0x0f;
    least = 0x800;
  } else if (first >= 0xf0 && first < 0xf5) {
    count = 3;
    code = first & 0x07;
    least = 0x10000;
  }
  if (count == 0 || at + count >= end) return broken();
  for (let i: usize = 1; i <= count; i++) {
    const next: u32 = load<u8>(at + i);
    if ((next & 0xc0) != 0x80) return broken();
    code = (code << 6) | (next & 0x3f);
  }
  if (code < least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return broken();
  runeSize = count + 1;
  return code;
}

function broken(): u32 {
  isBroken = true;
  return REPLACEMENT;
}

/** Whether a character starts at this byte. */
@inline export function startsRune(at: usize): bool {
  return (load<u8>(at) & 0xc0) != 0x80;
}
