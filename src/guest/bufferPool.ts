import type { OwnedBytes } from '../abi';

/** Buffers above this size are rare and not worth keeping. */
const MAX_POOLED_BYTES = 4 * 2 ** 20;
/** One result is sent while the guest produces the next. */
const MAX_POOLED = 2;
/** Batches have similar sizes: the next result should fit too. */
const HEADROOM = 1.25;

/**
 * Copies bytes into buffers that are reused once released. Fresh memory costs a page fault per 4 KiB, more than the
 * copy.
 */
export class BufferPool {
  readonly #free: Uint8Array[] = [];
  #wasReleased = false;

  /** A copy of the parts, concatenated. */
  copy(...parts: readonly Uint8Array[]): OwnedBytes {
    let length = 0;
    for (const part of parts) length += part.length;
    const buffer = this.#take(length);
    let at = 0;
    for (const part of parts) {
      buffer.set(part, at);
      at += part.length;
    }
    let isReleased = false;
    return {
      bytes: buffer.subarray(0, length),
      release: () => {
        if (isReleased) return;
        isReleased = true;
        this.#put(buffer);
      },
    };
  }

  #take(size: number): Uint8Array {
    const free = this.#free.pop();
    if (free !== undefined && free.length >= size) return free;
    return new Uint8Array(
      Buffer.allocUnsafeSlow(this.#wasReleased ? Math.ceil(size * HEADROOM) : size).buffer,
    );
  }

  #put(buffer: Uint8Array): void {
    this.#wasReleased = true;
    // Empty: it was moved to another thread.
    if (buffer.length > 0 && buffer.length <= MAX_POOLED_BYTES && this.#free.length < MAX_POOLED)
      this.#free.push(buffer);
  }
}
