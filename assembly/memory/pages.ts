/**
 * Linear memory outside the garbage collector's heap: a few regions that only grow and are used again for every batch,
 * so that memory stays where its largest batch put it.
 */

export const PAGE_BYTES: usize = 65536;

/**
 * Memory below the guest's data, which asconfig.json leaves free (`memoryBase`), is taken before any more is asked for: a
 * memory that grows makes JavaScript hosts look at each access to any memory whether it still is where it was. It costs
 * nothing until it is used. Its first page is left out: address 0 means that there is none.
 */
const RESERVED_END: usize = ASC_MEMORY_BASE;
export let reserved: usize = PAGE_BYTES;

/** Leaves what is below `end` alone: to be called before anything is allocated. */
export function keepBelow(end: usize): void {
  reserved = max(reserved, roundedUp(end));
}

export function claimPages(bytes: usize): usize {
  const pointer = takeReserved(bytes);
  return pointer != 0 ? pointer : growMemory(bytes);
}

export function takeReserved(bytes: usize): usize {
  const left = RESERVED_END > reserved ? RESERVED_END - reserved : 0;
  const size = roundedUp(bytes);
  if (size > left) return 0;
  const pointer = reserved;
  reserved += size;
  return pointer;
}

// Straight from memory.grow, because the collector's own allocator traps when memory is at its cap.
// The collector's heap takes the gap that this leaves between its own pages as it is.
export function growMemory(bytes: usize): usize {
  const previous = memory.grow(<i32>(roundedUp(bytes) / PAGE_BYTES));
  return previous < 0 ? 0 : <usize>previous * PAGE_BYTES;
}

export function roundedUp(bytes: usize): usize {
  return (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
}
