/** Buffers above this size are rare and not worth keeping. */
const MAX_KEPT_BYTES = 4 * 2 ** 20;
/** A batch is encoded while the thread has the one before. */
const MAX_KEPT = 4;
/** Batches have similar sizes: the next one should fit too. */
const HEADROOM = 1.25;

/** Memory that both threads see. A batch is copied into it once, and not again on its way. Reused after release. */
export class SharedBuffers {
  readonly #free: SharedArrayBuffer[] = [];

  copy(bytes: Uint8Array): SharedArrayBuffer {
    const free = this.#free.pop();
    const buffer =
      free !== undefined && free.byteLength >= bytes.length
        ? free
        : new SharedArrayBuffer(Math.ceil(bytes.length * HEADROOM));
    new Uint8Array(buffer).set(bytes);
    return buffer;
  }

  /** The buffer is no longer read. */
  release(buffer: SharedArrayBuffer): void {
    if (buffer.byteLength <= MAX_KEPT_BYTES && this.#free.length < MAX_KEPT) this.#free.push(buffer);
  }
}
