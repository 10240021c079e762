// For memory.copy engines leave the guest's code, which costs more than copying a few words here.
const SMALL_BYTES: usize = 128;

/** Copies bytes between ranges that do not overlap. */
export function copyBytes(to: usize, from: usize, size: usize): void {
  if (size > SMALL_BYTES) {
    memory.copy(to, from, size);
  } else if (size >= 8) {
    const last = size - 8;
    for (let i: usize = 0; i < last; i += 8) store<u64>(to + i, load<u64>(from + i));
    store<u64>(to + last, load<u64>(from + last));
  } else {
    for (let i: usize = 0; i < size; i++) store<u8>(to + i, load<u8>(from + i));
  }
}
