/** Batches are mostly larger than this, and a collection after each is nothing beside the batch. */
const COLLECT_AFTER_BYTES: usize = 65536;
/** What a call leaves behind whatever it was given. */
const CALL_BYTES: usize = 256;

/** From an object back to where the collector keeps which object was allocated next (rt/tcms). */
const NEXT: usize = 16;

let handedOver: usize = 0;

/** The first object after the last collection: as long as no other comes next, calls have left none behind. */
class First {}
let first: First = new First();
let alone: usize = 0;

/**
 * Called at the end of each call, with the bytes that it was given: frees what the calls left behind, once they were given
 * enough. A collection looks at every object that there is, some microseconds, and most guests leave none behind.
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
