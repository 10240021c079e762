import type { OwnedBytes } from '../../abi';

/** A guest's input, which is the result of the one before it, and its own result. */
const MAX_SPARES = 2;
/** Memory of frames serves a smaller one, unless it is so many times as large and idle for the most part. */
const MAX_SLACK = 8;
const EMPTY: Uint8Array = new Uint8Array(0);

/**
 * Memory of frames that is used again once it is released, by all guests of a chain. It outlives the child that a frame
 * came from: results of 64 MiB that children send one after the other would be there several times until the garbage
 * collector comes.
 */
export class FrameMemory {
  /** The largest that were released, largest first. */
  #spares: Uint8Array[] = [];

  /** So many bytes, whatever they hold. */
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
