import { type NativeBuffer, Writer } from '../wire';

const KEY_CACHE_ENTRIES = 4096;
const KEY_CACHE_KEY_LENGTH = 100;

/** Bytes packed into little-endian doubles, so that copying takes few stores. */
interface Packed {
  readonly length: number;
  readonly words: Float64Array;
}

/** Keys that hold a value of the batch being encoded. */
let keysWithValues: KeyField[] = [];

/** Called after each encoded batch: values are users' data, which must not outlive their batch here. Keys stay. */
export function clearKeyCache(): void {
  for (const field of keysWithValues) field.forgetValue();
  keysWithValues = [];
  knownWords.fill(0, 0, knownWordsUsed);
  knownWordsUsed = 0;
}

let isBatch = true;

/** Runs `write` without caching, for a single item, in which no value repeats. */
export function withoutCaching(write: () => void): void {
  const before = isBatch;
  isBatch = false;
  try {
    write();
  } finally {
    isBatch = before;
  }
}

const WORD_BYTES = 8;

/** Values of a key that are examined to find one that repeats. After that the key keeps what it found. */
const MAX_ATTEMPTS = 8;
const MAX_KNOWN_BYTES = 256;

/** The KeyValues of known values, in words. Shared, because a small buffer for each value costs more than it saves. */
const knownWords = new Float64Array(4096);
let knownWordsUsed = 0;

/** An encoded attribute key: field 1 of KeyValue, and the tag of field 2. */
export class KeyField implements Packed {
  readonly words: Float64Array;
  /** A value that this key had twice in a row. Many keys nearly always have the same value. */
  known: string | number | undefined;
  /** The size of its KeyValue in bytes, and where it starts in `knownWords`. */
  knownLength = 0;
  #knownStart = 0;
  #last: string | number | undefined;
  #attemptsLeft = MAX_ATTEMPTS;

  constructor(
    readonly key: string,
    readonly length: number,
    bytes: NativeBuffer,
  ) {
    this.words = wordsOf(bytes, 0, length);
  }

  /** Writes the KeyValue of `known`. It may overwrite up to seven bytes after it, so the caller reserves that much more. */
  writeKnown(writer: Writer): void {
    const { view, position } = writer;
    const start = this.#knownStart;
    const length = this.knownLength;
    for (let i = 0; i < length; i += WORD_BYTES)
      view.setFloat64(position + i, knownWords[start + i / WORD_BYTES], true);
    writer.position = position + length;
  }

  /** Learns from a value other than `known`, whose KeyValue was just written from `start` on. */
  saw(value: string | number, writer: Writer, start: number): void {
    if (this.#attemptsLeft > 0 && isBatch) this.#learn(value, writer, start);
  }

  forgetValue(): void {
    this.known = undefined;
    this.#last = undefined;
    this.#attemptsLeft = MAX_ATTEMPTS;
  }

  #learn(value: string | number, { view, position }: Writer, start: number): void {
    if (this.#attemptsLeft-- === MAX_ATTEMPTS) keysWithValues.push(this);
    const length = position - start;
    const isShort = length <= MAX_KNOWN_BYTES;
    if (value === this.#last && isShort && knownWordsUsed + length / WORD_BYTES < knownWords.length) {
      let at = knownWordsUsed;
      // Engines may change the bits of a NaN between load and store. Some integers look like a NaN; keys in UTF-8
      // never do.
      let isExact = true;
      for (let i = 0; i < length; i += WORD_BYTES) {
        const word = view.getFloat64(start + i, true);
        if (Number.isNaN(word)) isExact = false;
        knownWords[at++] = word;
      }
      if (isExact) {
        this.known = value;
        this.knownLength = length;
        this.#knownStart = knownWordsUsed;
        knownWordsUsed = at;
      }
    }
    // Long values are not kept even until the next one: they may be megabytes, and the key may never occur again.
    this.#last = this.#attemptsLeft > 0 && isShort ? value : undefined;
  }
}

/** Packs bytes into words. The last word is padded with zeros. */
function wordsOf(bytes: NativeBuffer, start: number, end: number): Float64Array {
  const words = new Float64Array(Math.ceil((end - start) / WORD_BYTES));
  const padded = Buffer.alloc(words.length * WORD_BYTES);
  bytes.copy(padded, 0, start, end);
  return words.map((_, i) => padded.readDoubleLE(i * WORD_BYTES));
}

/** Attribute keys are few and repeat. */
const keyFields = new Map<string, KeyField>();

export function keyField(key: string): KeyField {
  return keyFields.get(key) ?? newKeyField(key);
}

/** Consecutive objects mostly have the same keys in the same order: the last fields, by position. */
const RECENT_PLACES = 32;
const recentFields = new Array<KeyField>(RECENT_PLACES).fill(keyField(''));

export function keyFieldAt(place: number, key: string): KeyField {
  const recent = recentFields[place & (RECENT_PLACES - 1)];
  return recent.key === key ? recent : (recentFields[place & (RECENT_PLACES - 1)] = keyField(key));
}

function newKeyField(key: string): KeyField {
  // Space for tags and a length.
  const writer = new Writer(8 + key.length * 3);
  if (key === '') writer.emptyText(0x0a);
  else writer.text(0x0a, key);
  writer.byte(0x12);
  const field = new KeyField(key, writer.position, writer.bytes);
  if (key.length <= KEY_CACHE_KEY_LENGTH) {
    if (keyFields.size >= KEY_CACHE_ENTRIES) keyFields.clear();
    keyFields.set(key, field);
  }
  return field;
}

/** Copies packed bytes. It may overwrite up to seven bytes after them, so the caller reserves that much more. */
export function writePacked(writer: Writer, { length, words }: Packed): void {
  putWords(writer.view, writer.position, words);
  writer.position += length;
}

/** {@link writePacked} at an offset. It may also overwrite up to seven bytes after them. */
export function putWords(view: DataView, at: number, words: Float64Array): void {
  for (let i = 0; i < words.length; i++) view.setFloat64(at + i * WORD_BYTES, words[i], true);
}
