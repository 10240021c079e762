import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, OtelWasmError } from '../abi';

/**
 * The engine by its naming. This file is for tests, which run the sources. The build (scripts/bundle.mjs) replaces it
 * by one that contains the modules as text, so that nothing is searched for at run time.
 */
export const ENGINES = { v1: () => read('v1'), '0.1.0': () => read('0.1.0') } as const;

function read(naming: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(join(__dirname, '../../build/rules', `${naming}.wasm`)));
  } catch (error) {
    const hint = 'in a checkout, "npm run build:guests" makes it';
    throw new OtelWasmError('INTERNAL', `the rules engine cannot be read: ${messageOf(error)}; ${hint}`);
  }
}
