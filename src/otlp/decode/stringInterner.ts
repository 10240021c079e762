import type { Reader } from '../wire';

export const SLOTS = 2048;
const MAX_BYTES = 40;
const WORDS = MAX_BYTES / 4;
/**
 * Up to this many used slots are cleared one by one, in a tenth of the time for all. So after a single item clearing
 * is cheap.
 */
const FEW_SLOTS = SLOTS / 32;

/**
 * Strings that recur in telemetry (attribute keys, methods, routes, names). Decoding one takes a comparison and
 * creates no string. Each has one slot, found by its first and last bytes. A new string replaces the one in its slot,
 * so memory is bounded whatever a guest sends.
 */
export class StringInterner {
  private readonly texts = new Array<string>(SLOTS).fill('');
  /** Byte lengths of the encoded texts, 0 for an empty slot. */
  private readonly lengths = new Uint8Array(SLOTS);
  /**
   * The encoded texts, four bytes per word. The last word holds the last four bytes and may overlap the word before.
   */
  private readonly words = new Uint32Array(SLOTS * WORDS);

  /** `bytesPerMessage`: bytes of a text too long for a slot that cost as much as an embedded message. */
  constructor(private readonly bytesPerMessage: number) {}

  /** The slot of the text that was read last; -1 if it is too short or too long for a slot. */
  slot = -1;

  /** Used slots. */
  private readonly taken = new Uint16Array(SLOTS);
  private takenCount = 0;

  /** Forgets all texts and their bytes. */
  clear(): void {
    const { texts, lengths, words, taken, takenCount } = this;
    this.takenCount = 0;
    if (takenCount > FEW_SLOTS) {
      texts.fill('');
      lengths.fill(0);
      words.fill(0);
      return;
    }
    for (let i = 0; i < takenCount; i++) {
      const slot = taken[i];
      texts[slot] = '';
      lengths[slot] = 0;
      words.fill(0, slot * WORDS, (slot + 1) * WORDS);
    }
  }

  /** Reads a string field: length, UTF-8. Malformed UTF-8 becomes U+FFFD. */
  read(reader: Reader): string {
    const start = reader.span();
    const { bytes, view, position: end } = reader;
    const length = end - start;
    this.slot = -1;
    if (length === 0) return '';
    if (length > MAX_BYTES) reader.countMessages(Math.floor(length / this.bytesPerMessage));
    if (length < 4 || length > MAX_BYTES) return bytes.utf8Slice(start, end);
    const { words, lengths } = this;
    const tail = view.getUint32(end - 4, true);
    const slot =
      (Math.imul(view.getUint32(start, true) ^ length, 0x9e3779b1) ^ Math.imul(tail, 0x85ebca6b)) >>> 21;
    const base = slot * WORDS;
    if (lengths[slot] === length) {
      let at = start;
      let word = base;
      while (at < end - 4 && words[word] === view.getUint32(at, true)) {
        at += 4;
        word++;
      }
      if (at >= end - 4 && words[word] === tail) {
        this.slot = slot;
        return this.texts[slot];
      }
    }
    if (lengths[slot] === 0) this.taken[this.takenCount++] = slot;
    let word = base;
    for (let at = start; at < end - 4; at += 4) words[word++] = view.getUint32(at, true);
    words[word] = tail;
    lengths[slot] = length;
    this.slot = slot;
    return (this.texts[slot] = bytes.utf8Slice(start, end));
  }
}
