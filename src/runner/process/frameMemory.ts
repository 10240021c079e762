import type { OwnedBytes } from '../../abi';

/** A guest's input, which is the result of the guest before it, and its own result. */
const MAX_SPARES = 2;
/** Memory is reused for a smaller frame, unless it is this many times as large and would mostly be idle. */
const MAX_SLACK = 8;
const EMPTY: Uint8Array = new Uint8Array(0);

/**
 * Memory of frames that is reused once it is released, by all guests of a chain. It outlives the child that sent a
 * frame: otherwise consecutive results of 64 MiB would be in memory several times until garbage collection.
 */
export class FrameMemory {
  /** The largest released buffers, largest first. */
  #spares: Uint8Array[] = [];

  /** A buffer of this size with arbitrary contents. */
  take(size: number): OwnedBytes {
    const bytes = this.#bytes(size);
    let isReleased = false;
    return {
      bytes,
      release: () => {
        if (isReleased || size === 0) return;
        isReleased = true;
        this.#spares.push(new Uint8Array(bytes.buffer));
        this.#spares.sort((one, other) => other.length - one.length).splice(MAX_SPARES);
      },
    };
  }

  #bytes(size: number): Uint8Array {
    if (size === 0) return EMPTY;
    const spare = this.#spares.findLast(({ length }) => length >= size && length <= MAX_SLACK * size);
    if (spare === undefined) return new Uint8Array(size);
    this.#spares = this.#spares.filter(one => one !== spare);
    return spare.subarray(0, size);
  }
}
