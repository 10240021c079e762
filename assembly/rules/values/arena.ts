import { Region } from 'otelwasm/assembly/memory';

const CHUNK: usize = 65536;

/**
 * Memory for the values of one item. It is given back as a whole when the next item comes, so nothing of it is ever freed.
 * What does not fit in the chunk at hand goes into the next one, which is kept.
 */
export class Arena {
  private chunks: StaticArray<Region> = [];
  private index: i32 = -1;
  private at: usize = 0;
  private end: usize = 0;

  /** `size` bytes, zeroed up to 24 and aligned to 8. Traps when memory cannot grow: a guest's limit is the host's to set. */
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

/** Values of the item at hand. */
export const arena = new Arena();
/** What resources and scopes were given: it must last until all their items are through. */
export const groupArena = new Arena();
/** What groups of statements keep for each other. */
export const batchArena = new Arena();
