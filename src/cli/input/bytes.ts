import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const GZIP_MAGIC = [0x1f, 0x8b];
const SIZE_BYTES = 4;

/** The input's chunks, decompressed if they are gzip. `onProgress` gets the number of bytes read so far. */
export async function* chunksOf(
  path: string | undefined,
  onProgress: (bytesRead: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  const stream = path === undefined || path === '-' ? process.stdin : createReadStream(path);
  const chunks = counted(stream, onProgress);
  const first = await chunks.next();
  if (first.done) return;
  const all = withFirst(first.value, chunks);
  const isGzip = GZIP_MAGIC.every((byte, index) => first.value[index] === byte);
  yield* isGzip ? (Readable.from(all).pipe(createGunzip()) as AsyncIterable<Buffer>) : all;
}

async function* counted(
  stream: AsyncIterable<unknown>,
  onProgress: (bytesRead: number) => void,
): AsyncGenerator<Buffer> {
  let read = 0;
  for await (const chunk of stream) {
    read += (chunk as Buffer).length;
    onProgress(read);
    yield chunk as Buffer;
  }
}

async function* withFirst(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

/**
 * The messages of a file that the Collector's file exporter wrote with `format: proto`: each follows its size, four
 * bytes big-endian. Undefined for other files.
 */
export function lengthPrefixed(bytes: Buffer): Buffer[] | undefined {
  const messages: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < SIZE_BYTES) return undefined;
    const size = bytes.readUInt32BE(at);
    at += SIZE_BYTES;
    if (size > bytes.length - at) return undefined;
    messages.push(bytes.subarray(at, at + size));
    at += size;
  }
  return messages;
}
