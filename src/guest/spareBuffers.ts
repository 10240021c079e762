/** Results larger than this are rare, and not worth the memory that waits for the next one. */
const MAX_SPARE_BYTES = 4 * 2 ** 20;
/** One result is being sent while the guest makes the next. */
const MAX_SPARES = 2;
/** Batches are of about the same size: the next one shall fit as well. */
const HEADROOM = 1.25;

/** Buffers that came back, for the next results: fresh memory costs a page fault for every 4 KiB, more than the copy. */
export class SpareBuffers {
  readonly #spares: Uint8Array[] = [];
  #haveComeBack = false;

  /** A copy of `bytes`. */
  copy(bytes: Uint8Array): Uint8Array {
    const spare = this.#spares.pop();
    if (spare !== undefined && spare.length >= bytes.length) {
      spare.set(bytes);
      return spare.subarray(0, bytes.length);
    }
    if (!this.#haveComeBack) return bytes.slice();
    const buffer = new Uint8Array(Math.ceil(bytes.length * HEADROOM));
    buffer.set(bytes);
    return buffer.subarray(0, bytes.length);
  }

  /** Takes back a copy that nobody looks at any more. */
  giveBack({ buffer }: Uint8Array): void {
    this.#haveComeBack = true;
    if (buffer.byteLength <= MAX_SPARE_BYTES && this.#spares.length < MAX_SPARES)
      this.#spares.push(new Uint8Array(buffer));
  }
}
