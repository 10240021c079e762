import { Region } from './region';

/**
 * Short-lived bytes that never move: new fields of the current item. `reset` frees all of them at once. It grows by
 * chunks, because fields already written must keep their addresses.
 */
export class Scratch {
  private region: Region = new Region();
  private used: usize = 0;

  /** `size` bytes; 0 when memory cannot grow. */
  take(size: usize): usize {
    if (this.used + size > this.region.capacity) {
      const larger = new Region();
      if (!larger.reserve(max(size, this.region.capacity << 1))) return 0;
      this.region = larger;
      this.used = 0;
    }
    const pointer = this.region.pointer + this.used;
    this.used += size;
    return pointer;
  }

  reset(): void {
    this.used = 0;
  }
}

export const scratch = new Scratch();
