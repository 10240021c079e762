/**
 * Linear memory outside the garbage collector's heap: a few regions that only grow and are reused for every batch,
 * so memory use follows the largest batch.
 */

export const PAGE_BYTES: usize = 65536;

/**
 * Memory below the guest's data, which asconfig.json leaves free (`memoryBase`), is used before the memory grows: after
 * a memory has grown, JavaScript engines check every access to any ArrayBuffer for a detached one. Unused pages cost
 * nothing. The first page stays free, because address 0 means "none".
 */
const RESERVED_END: usize = ASC_MEMORY_BASE;
export let reserved: usize = PAGE_BYTES;

/** Reserves the addresses below `end`. Must be called before anything is allocated. */
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

// Calls memory.grow directly, because the garbage collector's allocator traps at the memory limit. The collector's
// heap can handle the gap that this leaves between its pages.
export function growMemory(bytes: usize): usize {
  const previous = memory.grow(<i32>(roundedUp(bytes) / PAGE_BYTES));
  return previous < 0 ? 0 : <usize>previous * PAGE_BYTES;
}

export function roundedUp(bytes: usize): usize {
  return (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
}
