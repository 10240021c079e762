import { Text } from '../text';

const TRACE_ID_BYTES: usize = 16;
const MASK: u64 = (1 << 56) - 1;

/**
 * The last 56 bits of a trace id, which decide in consistent sampling: `traceRandomness(span.traceId)`. If the id
 * does not have 16 bytes, `u64.MAX_VALUE`, which is above every threshold.
 */
export function traceRandomness(traceId: Text): u64 {
  return traceId.size == TRACE_ID_BYTES ? randomnessAt(traceId.pointer) : u64.MAX_VALUE;
}

/** The same for an id that has 16 bytes. */
@inline export function randomnessAt(traceId: usize): u64 {
  return bswap<u64>(load<u64>(traceId, 8)) & MASK;
}
