/** Results larger than this are rare, and not worth the memory that waits for the next one. */
const MAX_SPARE_BYTES = 4 * 2 ** 20;
/** One result is being sent while the guest makes the next. */
const MAX_SPARES = 2;
/** Batches are of about the same size: the next one shall fit as well. */
const HEADROOM = 1.25;

/** The buffers of results that are on their way, and where they come from. */
const lent = new WeakMap<ArrayBufferLike, SpareBuffers>();

/** Says of a guest's result that nobody looks at it any more: a later one is then written over it. Of other bytes, nothing. */
export function giveBack({ buffer }: Uint8Array): void {
  lent.get(buffer)?.takeBack(buffer);
}

/** Buffers that came back, for the next results: fresh memory costs a page fault for every 4 KiB, more than the copy. */
export class SpareBuffers {
  readonly #spares: Uint8Array[] = [];
  #haveComeBack = false;

  /** A copy of `bytes`, one after the other, in a buffer of its own until it is given back. */
  copy(...bytes: readonly Uint8Array[]): Uint8Array {
    const length = bytes.reduce((sum, part) => sum + part.length, 0);
    const copy = this.#bufferFor(length).subarray(0, length);
    let at = 0;
    for (const part of bytes) {
      copy.set(part, at);
      at += part.length;
    }
    lent.set(copy.buffer, this);
    return copy;
  }

  takeBack(buffer: ArrayBufferLike): void {
    lent.delete(buffer);
    this.#haveComeBack = true;
    if (buffer.byteLength <= MAX_SPARE_BYTES && this.#spares.length < MAX_SPARES)
      this.#spares.push(new Uint8Array(buffer));
  }

  #bufferFor(size: number): Uint8Array {
    const spare = this.#spares.pop();
    if (spare !== undefined && spare.length >= size) return spare;
    return new Uint8Array(
      Buffer.allocUnsafeSlow(this.#haveComeBack ? Math.ceil(size * HEADROOM) : size).buffer,
    );
  }
}
