import { Text } from 'otelwasm/assembly';
import { NEVER } from '../common/threshold';

const SLOTS: i32 = 8192;
const SLOT_SHIFT: u64 = 51;
const ID_BYTES: usize = 16;

/**
 * Traces that were kept, with their thresholds, for late spans: the last one of each slot. An id is identified by its
 * last 8 bytes.
 */
export class KeptTraces {
  private ids: StaticArray<u64> = new StaticArray<u64>(SLOTS);
  private thresholds: StaticArray<u64> = new StaticArray<u64>(SLOTS).fill(NEVER);

  add(id: Text, threshold: u64): void {
    if (id.size != ID_BYTES) return;
    const slot = slotOf(id);
    unchecked((this.ids[slot] = load<u64>(id.pointer, 8)));
    unchecked((this.thresholds[slot] = threshold));
  }

  /** `NEVER` for a trace that is not known to be kept. */
  thresholdOf(id: Text): u64 {
    if (id.size != ID_BYTES) return NEVER;
    const slot = slotOf(id);
    return unchecked(this.ids[slot]) == load<u64>(id.pointer, 8) ? unchecked(this.thresholds[slot]) : NEVER;
  }
}

/** The upper 13 bits of a product, which depend on all bits of an id. */
function slotOf(id: Text): i32 {
  return <i32>((load<u64>(id.pointer, 8) * 0x9e3779b97f4a7c15) >> SLOT_SHIFT);
}
