import type { Reader } from './reader';

const SLOTS = 2048;
const MAX_BYTES = 40;

/**
 * Strings that come again and again in telemetry (attribute keys, methods, routes, names), so that decoding one takes
 * a comparison and no new string. Each has one slot, found by its length and a few of its bytes; a newcomer replaces
 * whatever is there, so the memory is bounded whatever a guest sends.
 */
export class InternedText {
  private readonly slots = new Array<string>(SLOTS).fill('');

  /** Reads a string field: length, UTF-8. Malformed UTF-8 becomes U+FFFD. */
  read(reader: Reader): string {
    const start = reader.span();
    const end = reader.position;
    const { bytes } = reader;
    const length = end - start;
    if (length > MAX_BYTES) return bytes.toString('utf8', start, end);
    if (length === 0) return '';
    const slot =
      (length * 7 +
        bytes[start] +
        bytes[start + (length >> 1)] * 31 +
        bytes[start + (length >> 2)] * 67 +
        bytes[end - 1] * 131) &
      (SLOTS - 1);
    const known = this.slots[slot];
    if (known.length === length) {
      let i = 0;
      while (i < length && known.charCodeAt(i) === bytes[start + i]) i++;
      if (i === length) return known;
    }
    for (let at = start; at < end; at++) {
      if (bytes[at] > 0x7f) return bytes.toString('utf8', start, end);
    }
    return (this.slots[slot] = bytes.toString('latin1', start, end));
  }
}
