import type { OwnedBytes } from '../../abi';

/** Memory of a frame serves a smaller one, unless it is so many times as large and idle for the most part. */
const MAX_SLACK = 8;
const EMPTY: Uint8Array = new Uint8Array(0);

/**
 * Memory of frames that is used again once it is released. It outlives the child that a frame came from: results of 64 MiB
 * that children send one after the other would be there several times until the garbage collector comes.
 */
export class FrameMemory {
  /** What was released last, or was larger. */
  #spare = EMPTY;

  /** So many bytes, whatever they hold. */
  take(size: number): OwnedBytes {
    const bytes = this.#bytes(size);
    let isReleased = false;
    return {
      bytes,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        if (bytes.buffer.byteLength > this.#spare.length) this.#spare = new Uint8Array(bytes.buffer);
      },
    };
  }

  #bytes(size: number): Uint8Array {
    const spare = this.#spare;
    if (size === 0 || spare.length < size) return size === 0 ? EMPTY : new Uint8Array(size);
    this.#spare = EMPTY;
    return spare.length > MAX_SLACK * size ? new Uint8Array(size) : spare.subarray(0, size);
  }
}
