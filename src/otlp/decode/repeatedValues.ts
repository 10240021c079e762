import type { AnyValue } from '../../otel';
import type { Reader } from '../wire';

/** Values of a key that are examined to find one that repeats. After that the key keeps what it found. */
const MAX_ATTEMPTS = 8;
const MIN_BYTES = 4;
const MAX_BYTES = 256;

/** A value that occurred twice in a row, as an encoded AnyValue: length and content. */
class RepeatedValue {
  #value: AnyValue;
  /** Four bytes per word. The last word holds the last four bytes and may overlap the word before. */
  #words: readonly number[] = [];
  #tail = 0;
  #length = -1;
  #last: AnyValue;
  #attemptsLeft = MAX_ATTEMPTS;

  /** Skips the rest of the message and returns the known value if the bytes are equal; else `undefined`. */
  read(reader: Reader): AnyValue {
    const { view, position, end } = reader;
    const words = this.#words;
    if (end - position !== this.#length || view.getUint32(end - 4, true) !== this.#tail) return undefined;
    for (let i = 0; i < words.length; i++) {
      if (view.getUint32(position + i * 4, true) !== words[i]) return undefined;
    }
    reader.countMessages();
    reader.position = end;
    return this.#value;
  }

  /** Learns from a value that began at `start`. */
  learn(value: AnyValue, { view, position, end }: Reader, start: number): void {
    if (this.#attemptsLeft === 0 || (typeof value !== 'string' && typeof value !== 'number')) return;
    this.#attemptsLeft--;
    const length = position - start;
    if (value === this.#last && position === end && length >= MIN_BYTES && length <= MAX_BYTES) {
      const words: number[] = [];
      for (let at = start; at < end - 4; at += 4) words.push(view.getUint32(at, true));
      this.#words = words;
      this.#tail = view.getUint32(end - 4, true);
      this.#length = length;
      this.#value = value;
    }
    // Long values are not kept even once: each slot would hold a text as large as a guest can send.
    this.#last = this.#attemptsLeft > 0 && length <= MAX_BYTES ? value : undefined;
  }
}

/**
 * Many keys nearly always have the same value: the method, the host, the version. Values are cached by the slot of
 * their key. The slot is only a hint: an entry holds bytes and their value, which are correct for any key.
 */
export class RepeatedValues {
  readonly #values: (RepeatedValue | undefined)[];
  #slots: number[] = [];

  constructor(slots: number) {
    this.#values = new Array<RepeatedValue | undefined>(slots).fill(undefined);
  }

  at(slot: number): RepeatedValue {
    return this.#values[slot] ?? this.#new(slot);
  }

  clear(): void {
    for (const slot of this.#slots) this.#values[slot] = undefined;
    this.#slots = [];
  }

  #new(slot: number): RepeatedValue {
    this.#slots.push(slot);
    return (this.#values[slot] = new RepeatedValue());
  }
}
