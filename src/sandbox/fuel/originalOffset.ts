import { functionStart, type ModuleInterface, ModuleSections, type WasmModule } from '../../wasm';
import { addFuel } from './addFuel';

/** Where an instruction stood: its offset in the module as it was, and that of its function's body. */
export interface OriginalPlace {
  readonly offset: number;
  readonly functionStart: number;
}

/**
 * Finds out, for `offset` in a function of `changed`, which `addFuel` made of `original`, where the instruction stood
 * before; for what was put in, the one that it was put before. Undefined for functions that were added. Changes the
 * module once more to know: for errors, not for calls.
 */
export function originalOffset(
  { original, changed, info }: { original: Uint8Array; changed: Uint8Array; info: WasmModule },
  functionIndex: number,
  offset: number,
): OriginalPlace | undefined {
  const index = functionIndex - importedFunctions(info);
  const [before, after] = [functionStart(original, index), functionStart(changed, index)];
  if (before === undefined || after === undefined) return undefined;
  let found: OriginalPlace | undefined;
  addFuel(new ModuleSections(original), info, (body, from, to, length) => {
    const within = offset - after - to;
    if (body === index && within >= 0)
      found = { offset: before + from + Math.min(within, length), functionStart: before };
  });
  return found;
}

function importedFunctions({ imports }: ModuleInterface): number {
  return imports.filter(({ kind }) => kind === 'function').length;
}
