/** Most batches are larger than this, and a collection after each costs little in comparison. */
const COLLECT_AFTER_BYTES: usize = 65536;
/** Garbage that a call leaves behind for any input. */
const CALL_BYTES: usize = 256;

/** Offset from an object back to the collector's pointer to the object allocated after it (rt/tcms). */
const NEXT: usize = 16;

let handedOver: usize = 0;

/** The first object after the last collection. While no other object follows it, calls have left no garbage. */
class First {}
let first: First = new First();
let alone: usize = 0;

/**
 * Called at the end of each call with its number of input bytes. Collects garbage once enough bytes have accumulated.
 * A collection visits every object and takes some microseconds, and most guests leave no garbage behind.
 */
export function collectAfter(bytes: usize): void {
  handedOver += bytes + CALL_BYTES;
  if (handedOver < COLLECT_AFTER_BYTES) return;
  handedOver = 0;
  if (load<usize>(changetype<usize>(first) - NEXT) == alone) return;
  __collect();
  first = new First();
  alone = load<usize>(changetype<usize>(first) - NEXT);
}
