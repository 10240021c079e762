import { copyBytes } from './copy';
import { PAGE_BYTES, claimPages, growMemory, reserved, roundedUp, takeReserved } from './pages';

/** A region of bytes with a length. Its address changes when it grows. */
export class Region {
  pointer: usize = 0;
  capacity: usize = 0;
  /** Bytes in use. They are kept when the region grows. */
  length: usize = 0;

  /** Reserves `capacity` bytes in total. False, with nothing changed, when memory cannot grow that far. */
  reserve(capacity: usize): bool {
    return capacity <= this.capacity || this.grow(capacity);
  }

  private grow(capacity: usize): bool {
    // A size near 4 GiB would overflow when it is rounded up to pages.
    if (capacity > <usize>u32.MAX_VALUE - PAGE_BYTES) return false;
    const rounded = roundedUp(capacity);
    if (this.capacity > 0 && this.growsInPlace(rounded - this.capacity)) {
      this.capacity = rounded;
      return true;
    }
    // With doubling, abandoned memory stays smaller than memory in use.
    let wanted = max(rounded, this.capacity << 1);
    let pointer = claimPages(wanted);
    if (pointer == 0) {
      wanted = rounded;
      pointer = claimPages(wanted);
      if (pointer == 0) return false;
    }
    memory.copy(pointer, this.pointer, this.length);
    this.pointer = pointer;
    this.capacity = wanted;
    return true;
  }

  /** Extends the region by the `bytes` after it, if they are free. */
  private growsInPlace(bytes: usize): bool {
    const end = this.pointer + this.capacity;
    if (end == reserved) return takeReserved(bytes) != 0;
    return end == <usize>memory.size() * PAGE_BYTES && growMemory(bytes) != 0;
  }

  /** Appends `size` bytes from `source`. False when memory cannot grow. */
  append(source: usize, size: usize): bool {
    if (!this.reserve(this.length + size)) return false;
    copyBytes(this.pointer + this.length, source, size);
    this.length += size;
    return true;
  }
}
