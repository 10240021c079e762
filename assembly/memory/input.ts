import { Region } from './region';

const input = new Region();

/** The ABI's allocator: memory for one batch, reused for every batch; 0 when memory cannot grow. */
export function allocate(size: i32): usize {
  return input.reserve(<usize>(<u32>size)) ? input.pointer : 0;
}
