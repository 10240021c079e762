/**
 * Bytes with one owner at a time. The owner may read them, pass them on, or `release` their memory for reuse when
 * nothing reads them any more. Releasing is optional: memory that is not released is garbage collected.
 */
export interface OwnedBytes {
  readonly bytes: Uint8Array;
  /** After this call the bytes may be overwritten. A second call does nothing. */
  readonly release: () => void;
}

/** Bytes whose memory is not reused. */
export function owned(bytes: Uint8Array): OwnedBytes {
  return { bytes, release: () => undefined };
}
