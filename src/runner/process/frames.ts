import { OtelWasmError } from '../../abi';

/** A JSON text and the bytes that go with it. */
export interface Frame {
  readonly header: unknown;
  readonly bytes: Uint8Array;
}

/** `u32 header size, u32 bytes, header as JSON, bytes`, little endian. */
const PREFIX_BYTES = 8;

export function encodeFrame(header: object, bytes: Uint8Array = new Uint8Array(0)): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + text.length + bytes.length);
  frame.writeUInt32LE(text.length, 0);
  frame.writeUInt32LE(bytes.length, 4);
  text.copy(frame, PREFIX_BYTES);
  frame.set(bytes, PREFIX_BYTES + text.length);
  return frame;
}

/** Puts frames together from what a pipe delivers. The other side is not trusted: sizes are bounded before they are believed. */
export class FrameReader {
  readonly #maxHeaderBytes: number;
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(maxHeaderBytes: number, maxBytes: number) {
    this.#maxHeaderBytes = maxHeaderBytes;
    this.#maxBytes = maxBytes;
  }

  /** The frames that are complete with this chunk. Throws `GUEST_OUTPUT` for a frame that is too large or is no JSON. */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | undefined {
    if (this.#size < PREFIX_BYTES) return undefined;
    const prefix = this.#peek(PREFIX_BYTES);
    const headerBytes = prefix.readUInt32LE(0);
    const bytes = prefix.readUInt32LE(4);
    if (headerBytes > this.#maxHeaderBytes || bytes > this.#maxBytes)
      throw new OtelWasmError('GUEST_OUTPUT', `a frame of ${headerBytes} and ${bytes} bytes is too large`);
    const size = PREFIX_BYTES + headerBytes + bytes;
    if (this.#size < size) return undefined;
    const whole = this.#peek(size);
    const rest = whole.subarray(size);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#size = rest.length;
    return {
      header: parse(whole.toString('utf8', PREFIX_BYTES, PREFIX_BYTES + headerBytes)),
      // Of its own: the chunk is the pipe's, and shared with the frames beside it.
      bytes: new Uint8Array(whole.subarray(PREFIX_BYTES + headerBytes, size)),
    };
  }

  /** All chunks as one, which has at least `size` bytes. */
  #peek(size: number): Buffer {
    if (this.#chunks.length > 1 && this.#chunks[0].length < size)
      this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0];
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OtelWasmError('GUEST_OUTPUT', 'the header of a frame is no JSON', { cause });
  }
}
