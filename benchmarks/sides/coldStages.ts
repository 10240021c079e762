/** Starts a guest as the first thing in its process, step by step as `loadGuest` does, and tells how long each step took. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { GuestInstance } from '../../src/guest';
import { addFuel } from '../../src/sandbox/fuel/addFuel';
import { limitMemory } from '../../src/sandbox/memoryLimit';
import { readModule } from '../../src/wasm/module';
import { ModuleSections } from '../../src/wasm/sections';
import { validateAbi } from '../../src/guest/validate';
import { FILTER_CONFIG } from '../support/spans';

/** Milliseconds for each step. */
export type ColdStagesAnswer = Record<string, number>;

const MAX_MEMORY_BYTES = 256 * 2 ** 20;
const [file] = process.argv.slice(2);
const stages: ColdStagesAnswer = {};

function stage<Found>(name: string, work: () => Found): Found {
  const begin = performance.now();
  const found = work();
  stages[name] = performance.now() - begin;
  return found;
}

const bytes = stage('read-file', () => {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  return new Uint8Array(buffer, byteOffset, byteLength);
});
const info = stage('read-module', () => readModule(bytes));
stage('check-abi', () => validateAbi(info, 'processor', 'traces'));
stage('engine-validates', () => WebAssembly.validate(bytes));
const sections = stage('limit-memory', () => {
  const found = new ModuleSections(bytes);
  limitMemory(found, info, MAX_MEMORY_BYTES);
  return found;
});
stage('limit-time', () => addFuel(sections, info));
const compiled = stage('engine-compiles', () => new WebAssembly.Module(sections.join()));
const instance = stage(
  'instantiate',
  () =>
    new GuestInstance(
      { name: 'filter', module: compiled, info, hasFuel: true },
      {
        role: 'processor',
        signal: 'traces',
        pluginConfigJson: JSON.stringify(FILTER_CONFIG),
        guestTimeoutMillis: 1_000,
        maxMemoryBytes: MAX_MEMORY_BYTES,
        log: () => undefined,
      },
    ),
);
stage('guest-starts', () => instance.start());
process.send!(stages, () => process.disconnect());
