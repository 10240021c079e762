/** Buffers above this size are rare and not worth keeping. */
const MAX_KEPT_BYTES = 4 * 2 ** 20;
/** A batch is encoded while the one before is with the thread. */
const MAX_KEPT = 4;
/** Batches have similar sizes: the next one should fit as well. */
const HEADROOM = 1.25;

/** Memory that both threads see: a batch is copied into it once, and not again on its way. Reused once it was released. */
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

  /** It is no longer read. */
  release(buffer: SharedArrayBuffer): void {
    if (buffer.byteLength <= MAX_KEPT_BYTES && this.#free.length < MAX_KEPT) this.#free.push(buffer);
  }
}
