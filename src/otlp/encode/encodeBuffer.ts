import { Writer } from '../wire';

/**
 * What an encoder wrote, where it wrote it. The bytes are the caller's for good, unless it gives them back with `release`
 * once nobody looks at them any more: then the next batch is written over them. That is faster than fresh memory, which
 * costs a page fault for every 4 KiB.
 */
export interface Lease {
  readonly bytes: Uint8Array;
  /** Spans, metric data points or log records in them. */
  readonly items: number;
  readonly release: () => void;
}

/** Less than this is copied out: a buffer of 64 KiB and more would stay with it for as long as somebody has the bytes. */
const MIN_LEASED_BYTES = 16 * 1024;

const shared = new Writer();
let isWriting = false;
/** Of what is in the shared writer's buffer now, if it may not be overwritten. */
let current: Lease | undefined;

/** Writes a payload and returns the number of its items. */
export type WritePayload = (writer: Writer) => number;

/** Bytes that `write` writes. */
export function lease(write: WritePayload): Lease {
  // A getter among the attributes may encode too.
  if (isWriting) return leaseOf(new Writer(), write);
  isWriting = true;
  try {
    if (current !== undefined) shared.leaveBuffer();
    current = undefined;
    shared.reset();
    const leased: Lease = leaseOf(shared, write, () => {
      if (current === leased) current = undefined;
    });
    if (leased.bytes.length >= MIN_LEASED_BYTES) current = leased;
    return leased;
  } finally {
    isWriting = false;
  }
}

function leaseOf(writer: Writer, write: WritePayload, release = (): void => undefined): Lease {
  const items = write(writer);
  const bytes = writer.written();
  return { bytes: bytes.length < MIN_LEASED_BYTES ? new Uint8Array(bytes) : bytes, items, release };
}

/** Bytes that `write` writes, in a buffer of exactly their size. */
export function copyOut(write: WritePayload): Uint8Array {
  const { bytes, release } = lease(write);
  if (bytes.length < MIN_LEASED_BYTES) return bytes;
  // The constructor copies without first filling with zeros.
  const copy = new Uint8Array(bytes);
  release();
  return copy;
}
