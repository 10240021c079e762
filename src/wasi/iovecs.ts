import type { LinearMemory } from '../wasm';
import { isInBounds } from './memoryAccess';
import { ERRNO } from './errno';

/** As IOV_MAX of POSIX systems. */
export const MAX_IOVECS = 1024;

/** Sizes are returned as a u32, which guests read as signed. */
const MAX_TOTAL_BYTES = 2 ** 31 - 1;

const IOVEC_BYTES = 8;

export interface Iovecs {
  readonly pieces: readonly Uint8Array[];
  readonly totalBytes: number;
}

/**
 * The memory ranges of `count` iovec or ciovec structs at `pointer`: `{ buf: u32 @0, buf_len: u32 @4 }`. Iovecs may
 * overlap, so a small list can add up to terabytes: the total is bounded too. On failure it returns an errno: EINVAL
 * for a count or total above the limit, EFAULT for a range outside memory.
 */
export function readIovecs(memory: LinearMemory, pointer: number, count: number): Iovecs | number {
  if (count >>> 0 > MAX_IOVECS) return ERRNO.EINVAL;
  if (!isInBounds(memory, pointer, count * IOVEC_BYTES)) return ERRNO.EFAULT;
  const { view } = memory;
  const pieces: Uint8Array[] = [];
  let totalBytes = 0;
  for (let index = 0; index < count; index++) {
    const at = (pointer >>> 0) + index * IOVEC_BYTES;
    const start = view.getUint32(at, true);
    const size = view.getUint32(at + 4, true);
    if (!isInBounds(memory, start, size)) return ERRNO.EFAULT;
    pieces.push(memory.range(start, size, 'iovec'));
    totalBytes += size;
  }
  return totalBytes > MAX_TOTAL_BYTES ? ERRNO.EINVAL : { pieces, totalBytes };
}
