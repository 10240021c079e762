import type { Reader } from '../wire';

export const SLOTS = 2048;
const MAX_BYTES = 40;
const WORDS = MAX_BYTES / 4;
/** After a single item no more are taken: they are cleared one by one, which takes a tenth of clearing all. */
const FEW_SLOTS = SLOTS / 32;

/**
 * Strings that come again and again in telemetry (attribute keys, methods, routes, names), so that decoding one takes
 * a comparison and no new string. Each has one slot, found by its ends; a newcomer replaces whatever is there, so the
 * memory is bounded whatever a guest sends.
 */
export class StringInterner {
  private readonly texts = new Array<string>(SLOTS).fill('');
  /** Lengths of the encoded texts, 0 for an empty slot. */
  private readonly lengths = new Uint8Array(SLOTS);
  /** The encoded texts, four bytes to a word; the last word is the last four bytes, and may overlap the one before. */
  private readonly words = new Uint32Array(SLOTS * WORDS);

  /** `bytesPerMessage`: of texts too long for a slot, so many take as long as an embedded message. */
  constructor(private readonly bytesPerMessage: number) {}

  /** Where the text is that was read last; -1 if it is too short or too long for a slot. */
  slot = -1;

  /** Slots that are taken. */
  private readonly taken = new Uint16Array(SLOTS);
  private takenCount = 0;

  /** Forgets all texts, their bytes too. */
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
