/**
 * Linear memory outside the garbage collector's heap: a few regions that only grow and are used again for every batch,
 * so that memory stays where its largest batch put it.
 */

const PAGE_BYTES: usize = 65536;

/**
 * Memory below the guest's data, which asconfig.json leaves free (`memoryBase`), is taken before any more is asked for: a
 * memory that grows makes JavaScript hosts look at each access to any memory whether it still is where it was. It costs
 * nothing until it is used. Its first page is left out: address 0 means that there is none.
 */
const RESERVED_END: usize = ASC_MEMORY_BASE;
let reserved: usize = PAGE_BYTES;

function claimPages(bytes: usize): usize {
  const pointer = takeReserved(bytes);
  return pointer != 0 ? pointer : growMemory(bytes);
}

function takeReserved(bytes: usize): usize {
  const left = RESERVED_END > reserved ? RESERVED_END - reserved : 0;
  const size = roundedUp(bytes);
  if (size > left) return 0;
  const pointer = reserved;
  reserved += size;
  return pointer;
}

// Straight from memory.grow, because the collector's own allocator traps when memory is at its cap.
// The collector's heap takes the gap that this leaves between its own pages as it is.
function growMemory(bytes: usize): usize {
  const previous = memory.grow(<i32>(roundedUp(bytes) / PAGE_BYTES));
  return previous < 0 ? 0 : <usize>previous * PAGE_BYTES;
}

function roundedUp(bytes: usize): usize {
  return (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
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
    const rounded = roundedUp(capacity);
    if (this.capacity > 0 && this.growsInPlace(rounded - this.capacity)) {
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

  /** Takes `bytes` more of what lies behind the region, if nobody has it. */
  private growsInPlace(bytes: usize): bool {
    const end = this.pointer + this.capacity;
    if (end == reserved) return takeReserved(bytes) != 0;
    return end == <usize>memory.size() * PAGE_BYTES && growMemory(bytes) != 0;
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
