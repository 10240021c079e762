import type { OwnedBytes } from '../../abi';
import { Writer } from '../wire';
import { clearKeyCache } from './keyCache';

/** An encoded batch in the encoder's own buffer. Once released, the next batch overwrites it. */
export interface EncodedBatch extends OwnedBytes {
  /** Spans, metric data points or log records in the batch. */
  readonly items: number;
}

/**
 * Smaller batches are copied out of the shared buffer: otherwise a buffer of 64 KiB and more would stay alive with
 * each of them.
 */
const MIN_LEASED_BYTES = 16 * 1024;

const shared = new Writer();
let isWriting = false;
/** The lease of the shared writer's current contents, if they must not be overwritten. */
let current: EncodedBatch | undefined;

/** Writes a payload and returns the number of its items. */
export type WritePayload = (writer: Writer) => number;

/** The bytes that `write` produces, on lease. */
export function lease(write: WritePayload): EncodedBatch {
  // A getter among the attributes may encode as well.
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

/** The bytes that `write` produces, in a buffer of exactly their size. */
export function copyOut(write: WritePayload): Uint8Array {
  const { bytes, release } = lease(write);
  if (bytes.length < MIN_LEASED_BYTES) return bytes;
  // This constructor copies without filling with zeros first.
  const copy = new Uint8Array(bytes);
  release();
  return copy;
}
