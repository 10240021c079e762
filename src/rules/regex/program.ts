/**
 * A compiled pattern as bytes for `assembly/pattern`, which has the same offsets. Little-endian; every address is
 * relative to the beginning, so that the program works at any address.
 *
 * | part | what |
 * | --- | --- |
 * | header | 30 numbers of 32 bits, as `Header` names them |
 * | bytes | for each byte its class (ASCII only), plus 128 if no match begins with it |
 * | ranges | for each run of characters its start (times 2,048) and its class, 32 bits |
 * | instructions | kind, next, argument: 16 bits each |
 * | sets | for each set of characters one bit per class |
 * | tables | for attempts, forwards, backwards: rows of 16-bit entries, the byte offset of the next row, plus 1 for a match before |
 * | one pass | rows of 32-bit entries: the byte offset of the next row, and 65,536 times the slots that record the position |
 * | names | for each named group: its number, the size of the name, the name |
 * | literals | for each text of which every match contains one: the size, the text |
 */
import type { Alphabet } from './alphabet';
import { LIMITS } from './limits';
import type { Nfa } from './nfa';
import { PatternError } from './patternError';
import {
  BYTE_CLASSES,
  byteClasses,
  instructionsOf,
  namesOf,
  onePassTable,
  rangesOf,
  setBits,
  setBytes,
  type Tables,
  tableOf,
  textsOf,
} from './sections';

export const MAGIC = 0x03324552;

/** Indexes of the header's numbers. */
const Header = {
  Magic: 0,
  Size: 1,
  Flags: 2,
  Groups: 3,
  Instructions: 4,
  Start: 5,
  Search: 6,
  SetBytes: 7,
  SetsAt: 8,
  InstructionsAt: 9,
  RangesAt: 10,
  Ranges: 11,
  NamesAt: 12,
  Names: 13,
  ScratchBytes: 14,
  RowShift: 15,
  EndColumn: 16,
  /** For each table: its offset (0 for none), then its first rows by `Side`, 16 bits each. */
  Attempt: 17,
  Forward: 20,
  Reverse: 23,
  OnePass: 26,
  Checksum: 27,
  LiteralsAt: 28,
  Literals: 29,
} as const;

const HEADER_BYTES = 30 * 4;
const LONGEST = 1;
const ANCHORED = 2;

export interface ProgramParts {
  readonly source: string;
  readonly nfa: Nfa;
  readonly alphabet: Alphabet;
  readonly groups: readonly string[];
  readonly longest: boolean;
  readonly tables: Tables;
  readonly literals: readonly string[];
}

/** How far to shift a row's number to get its byte offset. */
export function rowShift(columns: number): number {
  return Math.ceil(Math.log2(columns)) + 1;
}

export function encodeProgram(parts: ProgramParts): Uint8Array {
  const { nfa, alphabet, groups, tables } = parts;
  const shift = rowShift(alphabet.count + 1);
  const { sets, indexes } = setBits(nfa, alphabet);
  const literals = textsOf(parts.literals);
  const sections = [rangesOf(alphabet), instructionsOf(nfa, indexes), sets, namesOf(groups), literals];
  const dfas = [tables.attempt, tables.forward, tables.reverse].map(dfa => dfa && tableOf(dfa, shift));
  const onePass = tables.onePass && onePassTable(tables.onePass, shift);
  const program = new Uint8Array(
    [...sections, ...dfas, onePass].reduce((size, part) => size + padded(part), HEADER_BYTES + BYTE_CLASSES),
  );
  const view = new DataView(program.buffer);
  let end = HEADER_BYTES + BYTE_CLASSES;
  const place = (part: Uint8Array | undefined) => {
    if (part === undefined) return 0;
    const at = end;
    program.set(part, at);
    end += padded(part);
    return at;
  };
  const [rangesAt, instructionsAt, setsAt, namesAt, literalsAt] = sections.map(place);
  const header: Record<number, number> = {
    [Header.Magic]: MAGIC,
    [Header.Size]: program.length,
    [Header.Flags]: (parts.longest ? LONGEST : 0) | (nfa.search === nfa.start ? ANCHORED : 0),
    [Header.Groups]: groups.length,
    [Header.Instructions]: nfa.instructions.length,
    [Header.Start]: nfa.start,
    [Header.Search]: nfa.search,
    [Header.SetBytes]: setBytes(alphabet),
    [Header.SetsAt]: setsAt,
    [Header.InstructionsAt]: instructionsAt,
    [Header.RangesAt]: rangesAt,
    [Header.Ranges]: sections[0].length / 4,
    [Header.NamesAt]: namesAt,
    [Header.Names]: groups.filter(name => name !== '').length,
    [Header.LiteralsAt]: literalsAt,
    [Header.Literals]: parts.literals.length,
    [Header.ScratchBytes]: scratchBytes(parts),
    [Header.RowShift]: shift,
    [Header.EndColumn]: alphabet.count,
    [Header.Attempt]: place(dfas[0]),
    [Header.Forward]: place(dfas[1]),
    [Header.Reverse]: place(dfas[2]),
    [Header.OnePass]: place(onePass),
  };
  for (const [index, value] of Object.entries(header)) view.setUint32(4 * Number(index), value, true);
  for (const [dfa, index] of [
    [tables.attempt, Header.Attempt],
    [tables.forward, Header.Forward],
    [tables.reverse, Header.Reverse],
  ] as const) {
    dfa?.starts.forEach((row, side) => view.setUint16(4 * (index + 1) + 2 * side, row << shift, true));
  }
  program.set(byteClasses(alphabet, tables), HEADER_BYTES);
  view.setUint32(4 * Header.Checksum, checksum(program.subarray(HEADER_BYTES)), true);
  return program;
}

/** FNV-1a, to detect a damaged program in a guest's configuration. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

const padded = (part: Uint8Array | undefined) => ((part?.length ?? 0) + 3) & ~3;

/** Two lists of threads with their slots, and the stack of threads that remain to be followed. */
function scratchBytes({ source, nfa, groups }: ProgramParts): number {
  const count = nfa.instructions.length;
  const slots = 2 * groups.length;
  const bytes = 2 * count * (4 + 4 + 4 * slots) + 16 * count + 8 * slots;
  if (bytes > LIMITS.maxScratchBytes) {
    const problem = `a match takes ${bytes} bytes, more than maxScratchBytes (${LIMITS.maxScratchBytes}) allows`;
    throw new PatternError(problem, source, 0, source.length);
  }
  return bytes;
}
