import { OtelWasmError } from '../abi';
import { joinBytes, leb128, type Limits, type WasmModule, SECTION, type ModuleSections } from '../wasm';
/** Size of a page of linear memory. */
export const PAGE_BYTES = 65_536;

/** The number of pages that 32-bit addresses can reach. */
const MAX_PAGES = 65_536;

/** Entries of all tables of a guest together. The largest known guest needs a few thousand. */
const MAX_TABLE_ENTRIES = 1_048_576;

/** The number of pages that all memories of a guest may have together. */
export function grantedPages(maxMemoryBytes: number): number {
  return Math.min(Math.floor(maxMemoryBytes / PAGE_BYTES), MAX_PAGES);
}

/**
 * Lowers the `maximum` of the module's memories and tables to what the host grants, so that the engine itself
 * enforces the limit: `memory.grow` beyond it returns -1 to the guest. Guest toolchains declare no maximum. Throws
 * `MEMORY_LIMIT` when the module's initial memory exceeds the limit.
 */
export function limitMemory(module: ModuleSections, info: WasmModule, maxMemoryBytes: number): void {
  const pages = Math.floor(grantedPages(maxMemoryBytes) / Math.max(1, info.memories.length));
  const entries = Math.floor(MAX_TABLE_ENTRIES / Math.max(1, info.tables.length));
  for (const { minimum } of info.memories) {
    if (minimum > pages) {
      throw new OtelWasmError(
        'MEMORY_LIMIT',
        `the guest needs ${minimum * PAGE_BYTES} bytes of initial memory: maxMemoryBytes allows ${maxMemoryBytes}`,
      );
    }
  }
  for (const { minimum } of info.tables) {
    if (minimum > entries) {
      throw new OtelWasmError(
        'MEMORY_LIMIT',
        `the guest needs a table of ${minimum} entries: at most ${entries} are allowed`,
      );
    }
  }
  for (const [id, limits, granted] of [
    [SECTION.table, info.tables, entries],
    [SECTION.memory, info.memories, pages],
  ] as const) {
    const range = info.sections.get(id);
    if (range !== undefined)
      module.replace(id, limited(module.read(id).bytes, range.payload, limits, granted));
  }
}

/** The payload of a section at offset `base` of the file, with its limits rewritten. */
function limited(bytes: Uint8Array, base: number, limits: readonly Limits[], granted: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let copied = 0;
  for (const { flags, minimum, maximum, start, end } of limits) {
    parts.push(
      bytes.subarray(copied, start - base),
      Uint8Array.from([flags | 1, ...leb128(minimum), ...leb128(Math.min(maximum ?? granted, granted))]),
    );
    copied = end - base;
  }
  return joinBytes([...parts, bytes.subarray(copied)]);
}
