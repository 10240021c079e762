import { OtelWasmError } from '../abi';
import { joinBytes, leb128, type Limits, type WasmModule, SECTION, type ModuleSections } from '../wasm';
/** Size of a page of linear memory. */
export const PAGE_BYTES = 65_536;

/** As many pages as 32-bit addresses reach. */
const MAX_PAGES = 65_536;

/** Entries that all tables of a guest may have together; the largest known guest needs a few thousand. */
const MAX_TABLE_ENTRIES = 1_048_576;

/** How many pages all memories of a guest may have together. */
export function grantedPages(maxMemoryBytes: number): number {
  return Math.min(Math.floor(maxMemoryBytes / PAGE_BYTES), MAX_PAGES);
}

/**
 * Lowers `maximum` of the module's memories and tables to what the host grants, so that the engine itself enforces the
 * cap: `memory.grow` beyond it answers -1 to the guest. No guest toolchain declares a maximum.
 * Throws `MEMORY_LIMIT` when the module needs more from the start.
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

/** A section's payload, which stands at `base` in the file, with its limits rewritten. */
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
