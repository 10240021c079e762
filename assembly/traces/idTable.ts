import { fail } from '../host';
import { Region } from '../memory';

const SLOT_BYTES: usize = sizeof<i32>();
const EMPTY: i32 = -1;

/**
 * Finds indexes by 64 bits of an id; the caller compares the full id. A hash table with space for twice as many
 * entries.
 */
export class IdTable {
  private slots: Region = new Region();
  private mask: usize = 0;
  private shift: u64 = 0;
  private slot: usize = 0;

  /** Clears the table and reserves space for `count` ids. False, with the call failed, when memory cannot grow. */
  clear(count: i32): bool {
    const bits = 33 - clz(<u32>count);
    const size: usize = (<usize>1) << bits;
    if (!this.slots.reserve(size * SLOT_BYTES)) {
      fail('out of memory: cannot allocate a table of ' + count.toString() + ' ids');
      return false;
    }
    this.mask = size - 1;
    this.shift = 64 - bits;
    memory.fill(this.slots.pointer, 0xff, size * SLOT_BYTES);
    return true;
  }

  /** The first index that may belong to an id. Less than 0 when there is none; `put` then adds it. */
  first(bits: u64): i32 {
    // Not all ids are random: some are counters, some were padded.
    this.slot = <usize>(((bits ^ (bits >> 32)) * 0x9e3779b97f4a7c15) >> this.shift);
    return load<i32>(this.slots.pointer + this.slot * SLOT_BYTES);
  }

  /** The next index, if the previous one belongs to another id. */
  next(): i32 {
    this.slot = (this.slot + 1) & this.mask;
    return load<i32>(this.slots.pointer + this.slot * SLOT_BYTES);
  }

  /** Adds an index at the end of the search for its id. */
  put(index: i32): void {
    store<i32>(this.slots.pointer + this.slot * SLOT_BYTES, index);
  }
}
