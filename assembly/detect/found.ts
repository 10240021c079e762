/** The match that a detector found. Module-wide, because detectors run one at a time and must not allocate. */
export let foundStart: usize = 0;
export let foundEnd: usize = 0;

/** Records a match. Always true, so that a detector can end with it. */
export function found(start: usize, end: usize): bool {
  foundStart = start;
  foundEnd = end;
  return true;
}
