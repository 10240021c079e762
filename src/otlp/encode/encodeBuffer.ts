import type { OwnedBytes } from '../../abi';
import { Writer } from '../wire';
import { clearKeyCache } from './keyCache';

/** An encoded batch, in the encoder's own buffer: once released, the next batch is written over it. */
export interface EncodedBatch extends OwnedBytes {
  /** Spans, metric data points or log records in the batch. */
  readonly items: number;
}

/** Less than this is copied out: a buffer of 64 KiB and more would stay with it for as long as somebody has the bytes. */
const MIN_LEASED_BYTES = 16 * 1024;

const shared = new Writer();
let isWriting = false;
/** Of what is in the shared writer's buffer now, if it may not be overwritten. */
let current: EncodedBatch | undefined;

/** Writes a payload and returns the number of its items. */
export type WritePayload = (writer: Writer) => number;

/** Bytes that `write` writes. */
export function lease(write: WritePayload): EncodedBatch {
  // A getter among the attributes may encode too.
  if (isWriting) return leaseOf(new Writer(), write);
  isWriting = true;
  try {
    if (current !== undefined) shared.leaveBuffer();
    current = undefined;
    shared.reset();
    const leased: EncodedBatch = leaseOf(shared, write, () => {
      if (current === leased) current = undefined;
    });
    if (leased.bytes.length >= MIN_LEASED_BYTES) current = leased;
    return leased;
  } finally {
    isWriting = false;
    clearKeyCache();
  }
}

function leaseOf(writer: Writer, write: WritePayload, release = (): void => undefined): EncodedBatch {
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
