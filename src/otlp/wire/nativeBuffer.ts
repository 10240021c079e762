/**
 * A Node.js Buffer with the internal methods behind `write` and `toString`. Calling them directly costs half as much
 * for text as short as attributes are. They are old, and other protobuf libraries call them as well.
 */
export type NativeBuffer = Buffer & {
  utf8Write(text: string, position: number, length: number): number;
  utf8Slice(start: number, end: number): string;
  hexSlice(start: number, end: number): string;
};

/** Uninitialised memory, outside Node's pool. */
export function newBuffer(size: number): NativeBuffer {
  return Buffer.allocUnsafeSlow(size) as NativeBuffer;
}

/** A Buffer over the memory of `bytes`. */
export function asBuffer(bytes: Uint8Array): NativeBuffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as NativeBuffer;
}
