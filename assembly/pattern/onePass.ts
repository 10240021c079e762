/** Finds the groups of a known match, if the next character always decides how to continue. */
import { UNSET } from './pike';
import { SKIP, byteClasses, classOf, endColumn, onePassTable } from './program';
import { runeAt, width } from './rune';

/** Writes the positions of groups from 1 on into `slots`, as offsets from `start`. */
export function capture(program: usize, start: usize, first: usize, last: usize, slots: usize, slotCount: u32): void {
  const table = onePassTable(program);
  const classes = byteClasses(program);
  for (let slot: u32 = 2; slot < slotCount; slot++) store<u32>(slots + (slot << 2), UNSET);
  let row: u32 = 0;
  let at = first;
  while (at < last) {
    const byte: u32 = load<u8>(at);
    let next = at + 1;
    let cls: u32;
    if (byte < 0x80) cls = load<u8>(classes + byte) & ~SKIP;
    else {
      cls = classOf(program, runeAt(at, last));
      next = at + width;
    }
    const entry = load<u32>(table + row + (cls << 2));
    save(slots, entry >> 16, <u32>(at - start));
    row = entry & 0xffff;
    at = next;
  }
  save(slots, load<u32>(table + row + (endColumn(program) << 1)) >> 16, <u32>(last - start));
}

/** Stores a position in the slots whose bit is set. The first bit is slot 2. */
@inline function save(slots: usize, saved: u32, place: u32): void {
  for (; saved != 0; saved &= saved - 1) store<u32>(slots + (ctz(saved) << 2), place, 8);
}
