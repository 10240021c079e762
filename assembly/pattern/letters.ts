import { RUNS, RUNS_SIZE } from './letterRuns';

/** True for letters and decimal digits of all scripts. Walks a table, for texts that are read once. */
export function isLetterOrDigit(rune: u32): bool {
  let at = RUNS;
  let reached: u32 = 0;
  // Gaps and runs alternate.
  for (let inside = false; at < RUNS + RUNS_SIZE; inside = !inside) {
    let size: u32 = 0;
    for (let shift: u32 = 0; ; shift += 7) {
      const byte: u32 = load<u8>(at++);
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    reached += size;
    if (rune < reached) return inside;
  }
  return false;
}
