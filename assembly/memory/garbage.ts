/** Batches are mostly larger than this, and a collection after each is nothing beside the batch. */
const COLLECT_AFTER_BYTES: usize = 65536;
/** What a call leaves behind whatever it was given. */
const CALL_BYTES: usize = 256;

let handedOver: usize = 0;

/**
 * Called at the end of each call, with the bytes that it was given: frees what the calls left behind, once they were given
 * enough. A collection looks at every object that there is, some microseconds, and a sampler hands over spans one by one.
 */
export function collectAfter(bytes: usize): void {
  handedOver += bytes + CALL_BYTES;
  if (handedOver < COLLECT_AFTER_BYTES) return;
  handedOver = 0;
  __collect();
}
