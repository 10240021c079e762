import { OtelWasmError, owned, type OwnedBytes } from '../../abi';
import { FrameMemory } from './frameMemory';

/** JSON text and the bytes that belong to it. */
export interface Frame extends OwnedBytes {
  readonly header: unknown;
}

/** `u32 header size, u32 bytes, header as JSON, bytes`, little endian. */
const PREFIX_BYTES = 8;
/**
 * The chunks of a larger frame are freed as soon as they are copied. Encoding is a few percent slower after the first
 * detached buffer of a process, so the chunks of smaller frames are left to the garbage collector.
 */
const LARGE_FRAME_BYTES = 2 ** 20;
const NOTHING = owned(new Uint8Array(0));

export function encodeFrame(header: object, bytes: Uint8Array = NOTHING.bytes): Buffer {
  return Buffer.concat([frameHead(header, bytes.length), bytes]);
}

/** Everything before the bytes of a frame. */
export function frameHead(header: object, bytes: number): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32LE(text.length, 0);
  prefix.writeUInt32LE(bytes, 4);
  return Buffer.concat([prefix, text]);
}

/**
 * Assembles frames from the chunks of a pipe. The other side is not trusted: sizes are checked first. Each byte is
 * copied once, when it arrives, so that no chunk takes long, however large the frame is. `memory` may be shared with
 * earlier readers.
 */
export class FrameReader {
  readonly #maxHeaderBytes: number;
  readonly #maxBytes: number;
  readonly #memory: FrameMemory;
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  /** The parts being filled (prefix, header, bytes), and the position in them. */
  #header: Buffer | undefined;
  #body = NOTHING;
  #filled = 0;

  constructor(maxHeaderBytes: number, maxBytes: number, memory = new FrameMemory()) {
    this.#maxHeaderBytes = maxHeaderBytes;
    this.#maxBytes = maxBytes;
    this.#memory = memory;
  }

  /**
   * Returns the frames that this chunk completes. Throws `GUEST_OUTPUT` for a frame that is too large or not JSON.
   */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let rest = chunk;
    for (;;) {
      if (this.#header === undefined) {
        rest = this.#fill(this.#prefix, 0, rest);
        if (this.#filled < PREFIX_BYTES) return frames;
        this.#header = this.#begin();
      }
      const header = this.#header;
      rest = this.#fill(header, PREFIX_BYTES, rest);
      const { bytes } = this.#body;
      rest = this.#fill(bytes, PREFIX_BYTES + header.length, rest);
      if (this.#filled < PREFIX_BYTES + header.length + bytes.length) return frames;
      frames.push({ header: parse(header.toString()), ...this.#body });
      this.#header = undefined;
      this.#body = NOTHING;
      this.#filled = 0;
    }
  }

  /** Whether the current frame is large enough for its chunks to be freed one by one. */
  get isReadingLargeFrame(): boolean {
    return this.#body.bytes.length > LARGE_FRAME_BYTES;
  }

  /** No more chunks will come: releases the memory of an unfinished frame to later readers. */
  close(): void {
    this.#body.release();
  }

  /** Allocates the parts that the prefix announces. */
  #begin(): Buffer {
    const headerBytes = this.#prefix.readUInt32LE(0);
    const bytes = this.#prefix.readUInt32LE(4);
    if (headerBytes > this.#maxHeaderBytes || bytes > this.#maxBytes)
      throw new OtelWasmError('GUEST_OUTPUT', `a frame of ${headerBytes} and ${bytes} bytes is too large`);
    this.#body = this.#memory.take(bytes);
    return Buffer.allocUnsafe(headerBytes);
  }

  /** Fills `part`, which begins at `start` of the frame, from `chunk`. Returns the rest of the chunk. */
  #fill(part: Uint8Array, start: number, chunk: Uint8Array): Uint8Array {
    const at = this.#filled - start;
    const length = Math.min(part.length - at, chunk.length);
    if (length <= 0) return chunk;
    part.set(chunk.subarray(0, length), at);
    this.#filled += length;
    return chunk.subarray(length);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The message of JSON.parse would quote the text.
    throw new OtelWasmError('GUEST_OUTPUT', 'the header of a frame is not JSON');
  }
}
