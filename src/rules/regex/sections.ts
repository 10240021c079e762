/** The sections of a program. program.ts describes them. */
import { type Alphabet, Side } from './alphabet';
import type { Dfa } from './dfa';
import { type Nfa, Op } from './nfa';
import type { OnePass } from './onePass';

/** One for each byte value. */
export const BYTE_CLASSES = 256;

/** The tables of a pattern. */
export interface Tables {
  /** Matches that begin at a given position. */
  readonly attempt?: Dfa;
  /** The end of the first match, wherever it begins. `reverse` then exists too. */
  readonly forward?: Dfa;
  /** The beginning of a match, from its end. */
  readonly reverse?: Dfa;
  /** The groups of a known match. */
  readonly onePass?: OnePass;
}

export function byteClasses(alphabet: Alphabet, tables: Tables): Uint8Array {
  const bytes = new Uint8Array(BYTE_CLASSES);
  const skipped = skippedClasses(tables);
  let wideSkip = true;
  alphabet.starts.forEach((start, i) => {
    const end = alphabet.starts[i + 1] ?? 0x110000;
    const skip = skipped(alphabet.classes[i]) ? 0x80 : 0;
    for (let rune = start; rune < Math.min(end, 0x80); rune++) bytes[rune] = alphabet.classes[i] | skip;
    if (end > 0x80 && skip === 0) wideSkip = false;
  });
  if (wideSkip) bytes.fill(0x80, 0x80);
  return bytes;
}

/** Whether a search that has found nothing yet may skip characters of a class. */
function skippedClasses({ attempt, forward }: Tables): (cls: number) => boolean {
  if (attempt !== undefined) return cls => attempt.starts.every(row => attempt.rows[row][cls] === 0);
  const row = forward?.starts[Side.Other] ?? 0;
  return cls => row !== 0 && forward?.rows[row][cls] === 2 * row;
}

export function rangesOf({ starts, classes }: Alphabet): Uint8Array {
  const first = starts.findLastIndex(start => start <= 0x80);
  const words = starts.slice(first).map((start, i) => Math.max(start, 0x80) * 2048 + classes[first + i]);
  return new Uint8Array(Uint32Array.from(words).buffer);
}

/** The size of a set in bytes. */
export const setBytes = ({ count }: Alphabet) => (count + 7) >> 3;

/** The distinct sets as bits, and for each instruction the index of its set. */
export function setBits(nfa: Nfa, alphabet: Alphabet): { sets: Uint8Array; indexes: readonly number[] } {
  const size = setBytes(alphabet);
  const known = new Map<readonly number[], number>();
  const bits: number[] = [];
  const indexes = nfa.instructions.map(({ set }) => {
    if (set === undefined) return 0;
    const classes = alphabet.classesOf(set);
    let index = known.get(classes);
    if (index === undefined) {
      index = known.size;
      known.set(classes, index);
      for (let i = 0; i < size; i++) bits.push(0);
      for (const cls of classes) bits[index * size + (cls >> 3)] |= 1 << (cls & 7);
    }
    return index;
  });
  return { sets: Uint8Array.from(bits), indexes };
}

export function instructionsOf(nfa: Nfa, setIndexes: readonly number[]): Uint8Array {
  const numbers = new Uint16Array(3 * nfa.instructions.length);
  nfa.instructions.forEach(({ op, out, arg }, i) => {
    numbers.set([op, out, op === Op.Set ? setIndexes[i] : arg], 3 * i);
  });
  return new Uint8Array(numbers.buffer);
}

export function tableOf({ rows }: Dfa, shift: number): Uint8Array {
  const columns = 1 << (shift - 1);
  const entries = new Uint16Array(rows.length * columns);
  rows.forEach((row, i) =>
    row.forEach((entry, column) => {
      entries[i * columns + column] = ((entry >> 1) << shift) | (entry & 1);
    }),
  );
  return new Uint8Array(entries.buffer);
}

/** Rows of 32-bit entries: the byte offset of the next row, and the slots in the upper half. */
export function onePassTable({ rows }: OnePass, shift: number): Uint8Array {
  const columns = 1 << (shift - 1);
  const entries = new Uint32Array(rows.length * columns);
  rows.forEach((row, i) =>
    row.forEach((entry, column) => {
      entries[i * columns + column] = (((entry & 0xffff) << 16) | ((entry >>> 16) << (shift + 1))) >>> 0;
    }),
  );
  return new Uint8Array(entries.buffer);
}

export function namesOf(groups: readonly string[]): Uint8Array {
  const bytes: number[] = [];
  groups.forEach((name, index) => {
    if (name === '') return;
    const text = Buffer.from(name);
    bytes.push(index & 0xff, index >> 8, text.length & 0xff, text.length >> 8, ...text);
  });
  return Uint8Array.from(bytes);
}

export function textsOf(texts: readonly string[]): Uint8Array {
  const bytes = texts.map(text => Buffer.from(text));
  return Uint8Array.from(bytes.flatMap(each => [each.length & 0xff, each.length >> 8, ...each]));
}
