import assert from 'node:assert/strict';
import { checkStructuralLimits, limitMemory } from '../../src/sandbox';
import { addFuel } from '../../src/sandbox/fuel';
import { readModule } from '../../src/wasm/module';
import { ModuleSections } from '../../src/wasm/sections';
import { leb128 } from '../../src/wasm/writer';
import { body, functionsOf, list, manyFunctionsOf, moduleOf, section, times } from './binary';

const BLOCK = [0x02, 0x40];
const LOOP = [0x03, 0x40];
const END = 0x0b;
const ZERO = [0x41, 0];
const FAR = [0x80, 0x01];

/** Blocks in each other, so many, with code in the innermost and code between their ends. */
const nested = (count: number, begin: number[], inner: Uint8Array, between: number[] = []): Buffer =>
  body(0, times(count, ...begin), inner, times(count, ...between, END));

const name = (text: string): number[] => [text.length, ...Buffer.from(text)];

/** What our own part of loading does: the engine's is its own. */
function load(module: Uint8Array): void {
  const info = readModule(module);
  const sections = new ModuleSections(module);
  checkStructuralLimits(sections, info);
  limitMemory(sections, info, 2 ** 24);
  addFuel(sections, info);
  sections.join();
}

/** How long the processor was busy with so many loads, in microseconds: collecting their garbage is part of it. */
function busyMicros(module: Uint8Array, loads: number): number {
  const before = process.cpuUsage();
  for (let count = 0; count < loads; count++) load(module);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

const SMALL = 10_000;
const TIMES = 16;
/** One module of 16 times the size, against 16 small ones: linear work takes as long, quadratic 16 times. */
const MOST = 4;
/** Less is noise. */
const LEAST_MICROS = 32_000;
/** Others run on the machine as well. */
const ATTEMPTS = 4;

describe('loading a module is linear in its size', () => {
  const shapes: Record<string, (count: number) => Uint8Array> = {
    'nested blocks with branches to outer blocks': count =>
      functionsOf(nested(count, BLOCK, Buffer.alloc(0), [...ZERO, 0x0d, ...FAR])),
    'nested loops with branches to outer loops': count =>
      functionsOf(nested(count, LOOP, Buffer.alloc(0), [...ZERO, 0x0d, ...FAR])),
    'many branches out of many loops': count =>
      functionsOf(nested(count, LOOP, times(count, ...ZERO, 0x0d, ...FAR))),
    'many br_on_null in many loops': count =>
      functionsOf(nested(count, LOOP, times(count, 0xd0, 0x70, 0xd5, 0, 0x1a))),
    'many try_table in many loops': count =>
      functionsOf(nested(count / 2, LOOP, times(count / 4, 0x1f, 0x40, 0, END))),
    'try_table in try_table': count => functionsOf(nested(count, [0x1f, 0x40, 0], Buffer.alloc(0))),
    'try with delegate in many loops': count =>
      functionsOf(nested(count, LOOP, times(count, 0x06, 0x40, 0x18, ...FAR))),
    'small br_tables in many loops': count =>
      functionsOf(nested(count, LOOP, times(count, ...ZERO, 0x0e, 0, 1))),
    'one large br_table in many loops': count =>
      functionsOf(
        nested(
          count,
          LOOP,
          Buffer.concat([Uint8Array.of(...ZERO, 0x0e, ...leb128(count)), times(count + 1, 1)]),
        ),
      ),
    'loops one after the other': count => functionsOf(body(0, times(count, ...LOOP, ...ZERO, 0x0d, 0, END))),
    calls: count => functionsOf(body(0, times(count, 0x10, 0))),
    functions: count => manyFunctionsOf(count, body(0)),
    'functions with locals in groups': count =>
      manyFunctionsOf(count, Buffer.from([6, 2, 1, 0x7f, 1, 0x7e, END])),
    'custom sections': count => moduleOf(times(count, 0, 2, 1, 0x61), functionsOf(body(0)).subarray(8)),
    types: count =>
      moduleOf(
        section(1, Uint8Array.from(leb128(count)), times(count, 0x60, 1, 0x7f, 0)),
        list(5, Uint8Array.of(0, 1)),
      ),
    imports: count =>
      moduleOf(
        list(1, Uint8Array.of(0x60, 0, 0)),
        section(2, Uint8Array.from(leb128(count)), times(count, ...name('a'), ...name('b'), 0, 0)),
        list(5, Uint8Array.of(0, 1)),
      ),
    exports: count =>
      moduleOf(
        list(5, Uint8Array.of(0, 1)),
        section(
          7,
          Uint8Array.from(leb128(count)),
          Buffer.concat(
            Array.from({ length: count }, (_, index) => Buffer.from([...name(index.toString(36)), 2, 0])),
          ),
        ),
      ),
    globals: count =>
      moduleOf(
        list(5, Uint8Array.of(0, 1)),
        section(6, Uint8Array.from(leb128(count)), times(count, 0x7f, 0, ...ZERO, END)),
      ),
  };
  for (const [shape, make] of Object.entries(shapes)) {
    it(shape, () => {
      const [small, large] = [make(SMALL), make(TIMES * SMALL)];
      // Once, cold.
      load(small);
      const ratios: number[] = [];
      while (ratios.length < ATTEMPTS && !ratios.some(ratio => ratio <= MOST)) {
        const least = Math.max(busyMicros(small, TIMES), LEAST_MICROS);
        ratios.push(busyMicros(large, 1) / least);
      }
      assert.ok(
        ratios.some(ratio => ratio <= MOST),
        `${ratios.join(', ')} times as long`,
      );
    }).timeout(60_000);
  }
});
