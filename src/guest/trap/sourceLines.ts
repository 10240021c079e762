import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { originalOffset } from '../../sandbox/fuel';
import type { WasmModule } from '../../wasm';

/** The place in the author's source, as `file:line:column`, of an instruction of the running module. */
export type Locate = (functionIndex: number, offset: number) => string | undefined;

/** Prefix that AssemblyScript gives to files of libraries. */
const LIBRARY = '~lib/';
/** The entry file that the guest SDK generates. */
const GENERATED = '.abi.ts';

/**
 * Reads the source map beside a guest, `<guest>.wasm.map` (`asc --sourceMap`). Undefined if there is no readable one.
 */
export function sourceLines(
  path: string,
  modules: { readonly original: Uint8Array; readonly changed: Uint8Array; readonly info: WasmModule },
): Locate | undefined {
  let map: SourceMap;
  try {
    // Bun and Deno may not have this class.
    map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')) as SourceMap['payload']);
  } catch {
    return undefined;
  }
  return (functionIndex, offset) => {
    const place = originalOffset(modules, functionIndex, offset);
    if (place === undefined) return undefined;
    // Inlined library code belongs to the author's line before it, in the same function.
    for (let at = place.offset; at >= place.functionStart;) {
      const entry = map.findEntry(0, at);
      if (!('originalSource' in entry) || entry.generatedColumn > at) return undefined;
      if (entry.generatedColumn < place.functionStart) return undefined;
      const { originalSource, originalLine, originalColumn, generatedColumn } = entry;
      if (originalSource?.endsWith(GENERATED)) return undefined;
      if (originalSource && !originalSource.startsWith(LIBRARY))
        return `${originalSource}:${originalLine + 1}:${originalColumn + 1}`;
      at = generatedColumn - 1;
    }
    return undefined;
  };
}
