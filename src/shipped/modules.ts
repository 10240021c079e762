import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, type Naming, OtelWasmError } from '../abi';
import type { ShippedGuest } from './shippedGuest';

/**
 * Reads the shipped guests and their table from files. This file is for tests, which run the sources. The build
 * (scripts/bundle.mjs) replaces it by one that contains the modules as text, so that nothing is searched for at run
 * time.
 */
export const TABLE = JSON.parse(read('guests.json').toString()) as readonly ShippedGuest[];

export function readShippedModule(name: string, naming: Naming): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(read(`${naming}/${name}.wasm`));
}

function read(file: string): Buffer {
  try {
    return readFileSync(join(__dirname, '../../build/shipped', file));
  } catch (error) {
    const hint = 'in a checkout, "npm run build" makes it';
    throw new OtelWasmError('INTERNAL', `a guest that ships cannot be read: ${messageOf(error)}; ${hint}`);
  }
}
