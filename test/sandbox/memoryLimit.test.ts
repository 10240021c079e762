import assert from 'node:assert/strict';
import fc from 'fast-check';
import { limitMemory, PAGE_BYTES } from '../../src/sandbox/memoryLimit';
import { readModule } from '../../src/wasm/module';
import { ModuleSections } from '../../src/wasm/sections';
import { assemble, guest } from '../support/guests';
import { bytes, MEBIBYTE, started } from './fuel/instantiated';

/** The module with its memory limited. */
function limitedTo(maxMemoryBytes: number, module: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections = new ModuleSections(module);
  limitMemory(sections, readModule(module), maxMemoryBytes);
  return sections.join();
}

const limited = (module: Uint8Array, pages: number) => limitedTo(pages * PAGE_BYTES, module);

/** Grows the module's memory to so many pages, which must work, and by one more, which must not. */
function assertGrowsTo(pages: number, module: Uint8Array<ArrayBuffer>, message: string): void {
  const { memory } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports;
  assert.ok(memory instanceof WebAssembly.Memory);
  memory.grow(pages - memory.buffer.byteLength / PAGE_BYTES);
  assert.throws(() => memory.grow(1), RangeError, message);
}

describe('memory limit', () => {
  it('returns -1 from memory.grow at the limit, and the guest continues', async () => {
    const { instance } = await started('growsForever', { maxMemoryBytes: 2 * MEBIBYTE });
    assert.deepEqual(instance.consume(bytes(1)), { status: 'unchanged' });
    assert.equal(instance.memoryBytes, 2 * MEBIBYTE);
  });

  it('applies to modules with and without a maximum, with tables and with custom sections', async () => {
    const modules: [string, number][] = [
      ['(module (memory (export "memory") 2))', 7],
      ['(module (memory (export "memory") 2 5))', 5],
      ['(module (memory (export "memory") 2 60000))', 7],
      ['(module (memory (export "memory") 7))', 7],
      ['(module (memory (export "memory") 0))', 7],
      ['(module (table 1 funcref) (memory (export "memory") 1) (func $f) (elem (i32.const 0) $f))', 7],
      [
        '(module (table 1 2 funcref) (table 3 externref) (memory (export "memory") 1 300) (data (i32.const 0) "x"))',
        7,
      ],
    ];
    for (const [wat, pages] of modules) {
      const module = await assemble(wat);
      assertGrowsTo(pages, limited(module, 7), wat);
      const named = Uint8Array.from([...module.subarray(0, 8), 0, 3, 1, 0x61, 0x62, ...module.subarray(8)]);
      assertGrowsTo(pages, limited(named, 7), `custom section, ${wat}`);
    }
  });

  it('applies to all memories together', async () => {
    const module = await assemble('(module (memory 1) (memory 1))');
    const { memories } = readModule(limited(module, 7));
    assert.deepEqual(
      memories.map(({ maximum }) => maximum),
      [3, 3],
    );
  });

  it('is shared among the tables of a module', async () => {
    const tablesOf = async (...entries: number[]) =>
      assemble(`(module ${entries.map(count => `(table ${count} funcref)`).join('')})`);
    const { tables } = readModule(limited(await tablesOf(1, 2, 3, 4), 100));
    assert.deepEqual(
      tables.map(({ maximum }) => maximum),
      new Array(4).fill(262_144),
    );
    const half = 2 ** 19;
    limited(await tablesOf(half, half), 100);
    const oneMore = await tablesOf(half, half + 1);
    assert.throws(() => limited(oneMore, 100), { code: 'MEMORY_LIMIT' });
  });

  it('also bounds tables', async () => {
    const { instance } = await started('growsTable');
    assert.deepEqual(instance.consume(bytes(1)), { status: 'unchanged' });
    const { tables } = readModule(limited(await guest('growsTable'), 100));
    assert.deepEqual(
      tables.map(({ maximum }) => maximum),
      [1_048_576],
    );
  });

  it('accepts a limit beyond the 32-bit address space', async () => {
    for (const maxMemoryBytes of [2 ** 32, 2 ** 33, 2 ** 60, Number.MAX_VALUE]) {
      const { instance } = await started('unchanged', { maxMemoryBytes });
      assert.equal(instance.consume(bytes(1)).status, 'unchanged');
    }
  });

  it('rejects guests that need a page when the limit is below a page', async () => {
    const module = await guest('unchanged');
    assert.throws(() => limitedTo(65_535, module), { code: 'MEMORY_LIMIT' });
    limitedTo(1, await assemble('(module (memory 0))'));
  });

  it('leaves the rest of the module unchanged, for any limit', async () => {
    const maximum = fc.option(fc.integer({ min: 20, max: 65_536 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(20),
        maximum,
        fc.nat(300),
        fc.integer({ min: 20, max: 65_536 }),
        async (minimum, declared, entries, pages) => {
          const module = await assemble(
            `(module (import "otelwasm" "log" (func $log (param i32 i32 i32))) (table ${entries} funcref)
             (memory (export "memory") ${minimum} ${declared ?? ''}) (func (export "f") (param i64) (result f32) (f32.const 1)) (data (i32.const 0) "data"))`,
          );
          const before = readModule(module);
          const after = readModule(limited(module, pages));
          assert.deepEqual(after.imports, before.imports);
          assert.deepEqual(after.exports, before.exports);
          assert.equal(after.memories[0].minimum, minimum);
          assert.equal(after.memories[0].maximum, Math.min(pages, declared ?? pages));
          assert.equal(after.tables[0].minimum, entries);
          assert.ok(WebAssembly.validate(limited(module, pages)));
        },
      ),
      { numRuns: 60 },
    );
  });
});
