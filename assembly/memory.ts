/**
 * Linear memory outside the garbage collector's heap: a few regions that only grow and are used again for every batch,
 * so that memory stays where its largest batch put it.
 */

const PAGE_BYTES: usize = 65536;

// Claimed straight from memory.grow, because the collector's own allocator traps when memory is at its cap.
// The collector's heap takes the gap that this leaves between its own pages as it is.
function claimPages(bytes: usize): usize {
  const previous = memory.grow(<i32>((bytes + PAGE_BYTES - 1) / PAGE_BYTES));
  return previous < 0 ? 0 : <usize>previous * PAGE_BYTES;
}

/** A region of bytes with a length, at an address that changes when it grows. */
export class Region {
  pointer: usize = 0;
  capacity: usize = 0;
  /** Bytes in use; these survive growing. */
  length: usize = 0;

  /** Makes room for `capacity` bytes in all. False, with nothing changed, when memory cannot grow that far. */
  reserve(capacity: usize): bool {
    return capacity <= this.capacity || this.grow(capacity);
  }

  private grow(capacity: usize): bool {
    // A size near 4 GiB would wrap when it is rounded up to pages.
    if (capacity > <usize>u32.MAX_VALUE - PAGE_BYTES) return false;
    const rounded = (capacity + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    const end = <usize>memory.size() * PAGE_BYTES;
    if (this.capacity > 0 && this.pointer + this.capacity == end) {
      if (claimPages(rounded - this.capacity) == 0) return false;
      this.capacity = rounded;
      return true;
    }
    // Doubling keeps what is left behind smaller than what is used.
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

  /** Appends `size` bytes from `source`. False when memory cannot grow. */
  append(source: usize, size: usize): bool {
    if (!this.reserve(this.length + size)) return false;
    memory.copy(this.pointer + this.length, source, size);
    this.length += size;
    return true;
  }
}

const input = new Region();

/** The ABI's allocator: room for one batch, the same for every batch; 0 when memory cannot grow. */
export function allocate(size: i32): usize {
  return input.reserve(<usize>(<u32>size)) ? input.pointer : 0;
}

/**
 * Short-lived bytes that never move: new fields of the item at hand. Everything is given back at once by `reset`.
 * Grows by chunks, because fields already written must stay where they are.
 */
export class Scratch {
  private region: Region = new Region();
  private used: usize = 0;

  /** `size` bytes; 0 when memory cannot grow. */
  take(size: usize): usize {
    if (this.used + size > this.region.capacity) {
      const larger = new Region();
      if (!larger.reserve(max(size, this.region.capacity << 1))) return 0;
      this.region = larger;
      this.used = 0;
    }
    const pointer = this.region.pointer + this.used;
    this.used += size;
    return pointer;
  }

  reset(): void {
    this.used = 0;
  }
}

export const scratch = new Scratch();
