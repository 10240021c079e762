// More than 250 lines: the model of a module, and the one pass over its sections that fills it.
import type { Signature } from '../abi';
import { ByteReader } from './reader';
import { skipInstruction } from './instructions';

export type ExternalKind = 'function' | 'table' | 'memory' | 'global' | 'tag';

/** One import. Functions have a `signature`. */
export interface ModuleImport {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternalKind;
  readonly signature?: Signature;
}

/** One export. Functions have a `signature`. `index` is the position among definitions of its kind. */
export interface ModuleExport {
  readonly name: string;
  readonly kind: ExternalKind;
  readonly index: number;
  readonly signature?: Signature;
}

/** Limits of a memory (in pages of 64 KiB) or of a table (in entries), and their position in the file. */
export interface Limits {
  readonly flags: number;
  readonly minimum: number;
  readonly maximum?: number;
  /** Offset of the flags byte and of the byte after the limits. */
  readonly start: number;
  readonly end: number;
}

/** The imports and exports of a module. */
export interface ModuleInterface {
  readonly imports: readonly ModuleImport[];
  readonly exports: ReadonlyMap<string, ModuleExport>;
}

/** What the host needs to know about a module before it compiles it. */
export interface WasmModule extends ModuleInterface {
  readonly memories: readonly Limits[];
  readonly tables: readonly Limits[];
  readonly types: readonly Signature[];
  /** The signature of each function, imported ones first. */
  readonly functions: readonly (Signature | undefined)[];
  /** Payload ranges of the sections that contain limits, which the host may rewrite. */
  readonly sections: ReadonlyMap<number, SectionRange>;
}

/** A section in the file. Its id byte is at `start`, its payload fills `[payload, end)`. */
export interface SectionRange {
  readonly start: number;
  readonly payload: number;
  readonly end: number;
}

/** Ids of the sections that are read here. */
export const SECTION = {
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const KINDS: readonly ExternalKind[] = ['function', 'table', 'memory', 'global', 'tag'];
const FUNCTION_TYPE = 0x60;
const LIMITS_64_BIT = 0x04;

const EXCEPTION = 'exnref';

const VALUE_TYPES: Readonly<Record<number, string>> = {
  0x7f: 'i32',
  0x7e: 'i64',
  0x7d: 'f32',
  0x7c: 'f64',
  0x7b: 'v128',
  0x70: 'funcref',
  0x6f: 'externref',
  0x69: EXCEPTION,
};

/**
 * Reads the type, import, function, table, memory and export sections of a module, once. Throws `GUEST_INVALID` for
 * bytes that are not a module, and for features that the sandbox cannot bound: garbage-collected types, exceptions
 * that are large or kept in tables and globals (all of these live on the app's own heap), 64-bit memories and tables.
 */
export function readModule(bytes: Uint8Array): WasmModule {
  const reader = new ByteReader(bytes);
  if (bytes.length < MAGIC.length || MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw reader.invalid(
      `it does not begin with the magic number "\\0asm" and version 1 (${describeStart(bytes)})`,
    );
  }
  reader.offset = MAGIC.length;

  let types: Signature[] = [];
  let declared: number[] = [];
  const imports: ModuleImport[] = [];
  const importedFunctions: Signature[] = [];
  let exported: Omit<ModuleExport, 'signature'>[] = [];
  let memories: Limits[] = [];
  let tables: Limits[] = [];
  const sections = new Map<number, SectionRange>();

  while (!reader.done) {
    const start = reader.offset;
    const id = reader.byte();
    const section = reader.section(reader.u32());
    if (id !== 0) {
      if (sections.has(id)) throw reader.invalid(`section ${id} occurs twice`);
      sections.set(id, { start, payload: section.offset, end: section.end });
    }
    if (id === SECTION.type) types = readTypes(section);
    else if (id === SECTION.import) {
      for (let left = section.count(4); left > 0; left--) {
        const entry = readImport(section, types);
        imports.push(entry);
        if (entry.signature) importedFunctions.push(entry.signature);
      }
    } else if (id === SECTION.function) declared = list(section, 1, () => section.u32());
    else if (id === SECTION.table) tables = list(section, 3, () => readTable(section));
    else if (id === SECTION.tag) list(section, 2, () => checkTag(section, types));
    else if (id === SECTION.global) list(section, 3, () => checkGlobal(section));
    else if (id === SECTION.memory) memories = list(section, 2, () => readLimits(section));
    else if (id === SECTION.export) exported = list(section, 3, () => readExport(section));
  }

  const functions = importedFunctions.concat(declared.map(type => types[type]));
  const exportsByName = new Map(
    exported.map(entry => [
      entry.name,
      entry.kind === 'function' ? { ...entry, signature: functions[entry.index] } : entry,
    ]),
  );
  return { imports, exports: exportsByName, memories, tables, types, functions, sections };
}

function list<T>(section: ByteReader, bytesEach: number, read: () => T): T[] {
  return Array.from({ length: section.count(bytesEach) }, read);
}

function readTypes(section: ByteReader): Signature[] {
  return list(section, 3, () => {
    if (section.byte() !== FUNCTION_TYPE) {
      throw section.invalid(
        'garbage-collected types begin, which this host does not support: they escape the memory limit',
      );
    }
    return {
      parameters: list(section, 1, () => readValueType(section)),
      results: list(section, 1, () => readValueType(section)),
    };
  });
}

const EXCEPTION_HEAP_TYPES: readonly number[] = [0x69, 0x74];
/** Reference types have a long form: `ref null? heaptype`, where the heap type is a small signed number. */
function readValueType(section: ByteReader): string {
  const code = section.byte();
  if (code === 0x63 || code === 0x64) {
    if (EXCEPTION_HEAP_TYPES.includes(section.u32())) return EXCEPTION;
    return code === 0x63 ? '(ref null)' : '(ref)';
  }
  return VALUE_TYPES[code] ?? `type 0x${code.toString(16)}`;
}

function readImport(section: ByteReader, types: readonly Signature[]): ModuleImport {
  const module = section.name();
  const name = section.name();
  const kind = readKind(section);
  switch (kind) {
    case 'function':
      return { module, name, kind, signature: typeAt(section, types) };
    case 'table':
      readTable(section);
      break;
    case 'memory':
      readLimits(section);
      break;
    case 'global':
      readValueType(section);
      section.byte();
      break;
    case 'tag':
      section.byte();
      section.u32();
  }
  return { module, name, kind };
}

/** A stack of handlers keeps one exception each, so exceptions must be small. Toolchains only emit small ones. */
const MAX_EXCEPTION_VALUES = 16;

function checkTag(section: ByteReader, types: readonly Signature[]): void {
  section.byte();
  const { length } = typeAt(section, types).parameters;
  if (length > MAX_EXCEPTION_VALUES) {
    throw section.invalid(
      `exceptions have ${length} values (at most ${MAX_EXCEPTION_VALUES} are supported): they escape the memory limit`,
    );
  }
}

const END = 0x0b;

function checkGlobal(section: ByteReader): void {
  refuseExceptions(readValueType(section), section);
  section.byte();
  while (section.bytes[section.offset] !== END) skipInstruction(section);
  section.byte();
}

function refuseExceptions(type: string, section: ByteReader): void {
  if (type === EXCEPTION)
    throw section.invalid(
      'a table or global keeps exceptions, which this host does not support: they escape the memory limit',
    );
}

function typeAt(section: ByteReader, types: readonly Signature[]): Signature {
  const index = section.u32();
  const signature = types.at(index);
  if (signature === undefined) throw section.invalid(`function type ${index} does not exist`);
  return signature;
}

function readExport(section: ByteReader): Omit<ModuleExport, 'signature'> {
  return { name: section.name(), kind: readKind(section), index: section.u32() };
}

function readKind(section: ByteReader): ExternalKind {
  const code = section.byte();
  const kind = KINDS[code];
  if (kind === undefined) throw section.invalid(`an import or export is of the unknown kind ${code}`);
  return kind;
}

const TABLE_WITH_INITIAL_VALUE = 0x40;

function readTable(section: ByteReader): Limits {
  if (section.bytes[section.offset] === TABLE_WITH_INITIAL_VALUE) {
    throw section.invalid('a table has an initial value, which this host does not support');
  }
  refuseExceptions(readValueType(section), section);
  return readLimits(section);
}

function readLimits(section: ByteReader): Limits {
  const start = section.offset;
  const flags = section.byte();
  if (flags & LIMITS_64_BIT)
    throw section.invalid('a 64-bit memory or table is declared, which this host does not support');
  if (flags & ~1)
    throw section.invalid(
      `limits have the flags ${flags}: shared or unknown, which this host does not support`,
    );
  const minimum = section.u32();
  const maximum = flags & 1 ? section.u32() : undefined;
  return { flags, minimum, maximum, start, end: section.offset };
}

/** The first bytes of a file that is not a module, for errors. */
export function describeStart(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'the file is empty';
  const start = [...bytes.subarray(0, 8)].map(byte => byte.toString(16).padStart(2, '0')).join(' ');
  return `it begins with ${start}`;
}
