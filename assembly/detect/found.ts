/** What a detector found: module-wide, because detectors run one after the other and must not allocate. */
export let foundStart: usize = 0;
export let foundEnd: usize = 0;

/** Keeps a match. Always true, so that a detector can end with it. */
export function found(start: usize, end: usize): bool {
  foundStart = start;
  foundEnd = end;
  return true;
}
