import { randomFillSync } from 'node:crypto';
import type { LinearMemory } from '../wasm';
import { isInBounds } from './memoryAccess';
import { ERRNO } from './errno';

/** Memory is filled in pieces, so that a call's time limit can stop a guest that asks for all of its memory. */
const PIECE_BYTES = 65_536;

/**
 * `random_get`: fills `size` bytes at `pointer` from the system's secure source. What `eachPiece` throws propagates.
 */
export function randomGet(
  memory: LinearMemory,
  pointer: number,
  size: number,
  eachPiece: () => void,
): number {
  if (!isInBounds(memory, pointer, size >>> 0)) return ERRNO.EFAULT;
  const bytes = memory.range(pointer, size, 'random_get');
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    eachPiece();
    randomFillSync(bytes.subarray(start, start + PIECE_BYTES));
  }
  return ERRNO.SUCCESS;
}
