/**
 * Loads modules of well-known npm packages as guests are loaded, but for the ABI, and prints what that takes. A module is
 * within the structural limits, is limited in its memory and time, and is as valid afterwards as it was. Engines that do not
 * know a module's instructions say nothing about it.
 *
 *   npm run test:modules
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { checkStructuralLimits, limitMemory } from '../../src/sandbox';
import { addFuel } from '../../src/sandbox/fuel';
import { readModule, type WasmModule } from '../../src/wasm/module';
import { ModuleSections } from '../../src/wasm/sections';

const [folder] = process.argv.slice(2);
/** What a guest may not have: shared memory; and functions with 91 parameters, which exceptions go through. */
const REFUSED = new Map([
  ['duckdb-coi.wasm', /shared/],
  ['duckdb-mvp.wasm', /91 parameters/],
]);
const MAX_MEMORY_BYTES = 2 ** 32;
const MEBIBYTE = 2 ** 20;
/** Smaller ones say nothing about time. */
const LEAST_BYTES = 100_000;

interface Row {
  readonly file: string;
  readonly mebibytes: number;
  readonly millis: number;
  readonly grown: number;
  readonly note: string;
}

function load(path: string): Row {
  const bytes = Uint8Array.from(readFileSync(path));
  const file = basename(path);
  const start = performance.now();
  const mebibytes = bytes.length / MEBIBYTE;
  const read = (): { info: WasmModule; sections: ModuleSections } => {
    const [info, sections] = [readModule(bytes), new ModuleSections(bytes)];
    checkStructuralLimits(sections, info);
    return { info, sections };
  };
  const message = REFUSED.get(file);
  if (message !== undefined) {
    assert.throws(read, { code: 'GUEST_INVALID', message }, file);
    return { file, mebibytes, millis: performance.now() - start, grown: 1, note: 'refused, as expected' };
  }
  const { info, sections } = read();
  limitMemory(sections, info, MAX_MEMORY_BYTES);
  addFuel(sections, info);
  const rewritten = sections.join();
  const millis = performance.now() - start;
  const valid = WebAssembly.validate(bytes);
  if (valid) assert.ok(WebAssembly.validate(rewritten), `${file} is not valid any more`);
  return {
    file,
    mebibytes,
    millis,
    grown: rewritten.length / bytes.length,
    note: valid ? '' : 'this engine does not know it',
  };
}

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.wasm'))
  .map(entry => join(entry.parentPath ?? entry.path, entry.name))
  .filter(path => readFileSync(path).length >= LEAST_BYTES);
assert.ok(files.length > 0, `no modules in ${folder}`);
console.log('| module | MiB | ms for each MiB | grows to | |\n|---|---|---|---|---|');
for (const path of files) {
  const { file, mebibytes, millis, grown, note } = load(path);
  console.log(
    `| ${file} | ${mebibytes.toFixed(1)} | ${(millis / mebibytes).toFixed(0)} | ${grown.toFixed(2)} | ${note} |`,
  );
}
console.log(`${files.length} modules`);
