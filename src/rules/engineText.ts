import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, OtelWasmError } from '../abi';

/**
 * The engine by its naming, in base64. This is for tests, which run the sources; the build (scripts/bundle.mjs) puts the
 * texts themselves in the place of this module, so that there is no path to look for at run time.
 */
export const ENGINES = { v1: () => read('v1'), otelwasm: () => read('otelwasm') } as const;

function read(naming: string): string {
  try {
    return readFileSync(join(__dirname, '../../build/rules', `${naming}.wasm`), 'base64');
  } catch (error) {
    const hint = 'in a checkout, "npm run build:guests" makes it';
    throw new OtelWasmError('INTERNAL', `the rules engine cannot be read: ${messageOf(error)}; ${hint}`);
  }
}
