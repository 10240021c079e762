import type { LinearMemory } from '../wasm';
import { ERRNO } from './errno';

/**
 * In WASI a bad pointer returns EFAULT and the guest keeps running; in the ABI's host functions it is a trap. So
 * ranges are checked before access, and nothing here throws.
 */
export function isInBounds(memory: LinearMemory, pointer: number, size: number): boolean {
  return (pointer >>> 0) + size <= memory.byteLength;
}

/** Stores a u32 at `pointer` and returns the errno. */
export function putU32(memory: LinearMemory, pointer: number, value: number): number {
  if (!isInBounds(memory, pointer, 4)) return ERRNO.EFAULT;
  memory.view.setUint32(pointer >>> 0, value, true);
  return ERRNO.SUCCESS;
}

/** Stores a u64 at `pointer` and returns the errno. */
export function putU64(memory: LinearMemory, pointer: number, value: bigint): number {
  if (!isInBounds(memory, pointer, 8)) return ERRNO.EFAULT;
  memory.view.setBigUint64(pointer >>> 0, value, true);
  return ERRNO.SUCCESS;
}

/** Zeroes `size` bytes at `pointer` and returns a view of them, or undefined if they are out of bounds. */
export function zeroedView(memory: LinearMemory, pointer: number, size: number): DataView | undefined {
  if (!isInBounds(memory, pointer, size)) return undefined;
  const bytes = memory.range(pointer, size, 'record').fill(0);
  return new DataView(bytes.buffer, bytes.byteOffset, size);
}
