import { functionStart, type ModuleInterface, ModuleSections, type WasmModule } from '../../wasm';
import { addFuel } from './addFuel';

/** The place of an instruction in the original module: its offset, and the offset of its function's body. */
export interface OriginalPlace {
  readonly offset: number;
  readonly functionStart: number;
}

/**
 * Maps `offset`, in a function of `changed`, back to `original`, from which `addFuel` made `changed`. An inserted
 * instruction maps to the instruction after it. Returns undefined for added functions. It runs `addFuel` again to
 * find out, so it is for errors only, not for every call.
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
