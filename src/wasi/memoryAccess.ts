import type { LinearMemory } from '../wasm';
import { ERRNO } from './errno';

/**
 * WASI answers a bad pointer with EFAULT and leaves the guest running, unlike the host functions of the ABI, where it
 * is a trap. So ranges are asked about before they are touched, and nothing here throws.
 */
export function isInBounds(memory: LinearMemory, pointer: number, size: number): boolean {
  return (pointer >>> 0) + size <= memory.byteLength;
}

/** Stores a u32 at `pointer` and answers the errno. */
export function putU32(memory: LinearMemory, pointer: number, value: number): number {
  if (!isInBounds(memory, pointer, 4)) return ERRNO.EFAULT;
  memory.view.setUint32(pointer >>> 0, value, true);
  return ERRNO.SUCCESS;
}

/** Stores a u64 at `pointer` and answers the errno. */
export function putU64(memory: LinearMemory, pointer: number, value: bigint): number {
  if (!isInBounds(memory, pointer, 8)) return ERRNO.EFAULT;
  memory.view.setBigUint64(pointer >>> 0, value, true);
  return ERRNO.SUCCESS;
}

/** Zeroes `size` bytes at `pointer` and gives a view of them, or undefined where the guest's memory ends before. */
export function zeroedView(memory: LinearMemory, pointer: number, size: number): DataView | undefined {
  if (!isInBounds(memory, pointer, size)) return undefined;
  const bytes = memory.range(pointer, size, 'record').fill(0);
  return new DataView(bytes.buffer, bytes.byteOffset, size);
}
