import { Region } from 'otelwasm/assembly/memory';

const CHUNK: usize = 65536;

/**
 * An arena for the values of one item. It is reset as a whole for the next item; single allocations are never freed.
 * An allocation that does not fit in the current chunk goes into the next one. Chunks are reused after a reset.
 */
export class Arena {
  private chunks: StaticArray<Region> = [];
  private index: i32 = -1;
  private at: usize = 0;
  private end: usize = 0;

  /** Allocates `size` bytes, aligned to 8. Zeroes only 24 bytes. Traps if memory cannot grow (the host limits it). */
  take(size: usize): usize {
    const at = this.at;
    const next = at + ((size + 7) & ~7);
    if (next > this.end || next < at) return this.takeNext(size);
    this.at = next;
    if (size == 24) {
      store<u64>(at, 0);
      store<u64>(at + 8, 0);
      store<u64>(at + 16, 0);
    }
    return at;
  }

  private takeNext(size: usize): usize {
    let chunk: Region;
    do {
      this.index++;
      if (this.index == this.chunks.length) {
        const added = new Region();
        if (!added.reserve(max(size + 8, CHUNK << min(this.index, 8)))) unreachable();
        this.chunks = this.chunks.concat<StaticArray<Region>>([added]);
      }
      chunk = this.chunks[this.index];
    } while (size + 8 > chunk.capacity);
    this.at = chunk.pointer;
    this.end = chunk.pointer + chunk.capacity;
    return this.take(size);
  }

  reset(): void {
    if (this.chunks.length == 0) return;
    this.index = 0;
    this.at = this.chunks[0].pointer;
    this.end = this.at + this.chunks[0].capacity;
  }

  /** Shrinks the last allocation, which began at `start`, to `size`. */
  @inline shrink(start: usize, size: usize): void {
    this.at = start + ((size + 7) & ~7);
  }

  copy(pointer: usize, size: usize): usize {
    const at = this.take(size);
    memory.copy(at, pointer, size);
    return at;
  }
}

/** Values of the current item. */
export const arena = new Arena();
/** Values of resources and scopes, which must live until all their items are processed. */
export const groupArena = new Arena();
/** Values that groups of statements share. */
export const batchArena = new Arena();
