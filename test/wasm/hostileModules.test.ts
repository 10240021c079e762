import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OtelWasmError } from '../../src/abi/errors';
import { loadGuest } from '../../src/guest';
import { PAGE_BYTES } from '../../src/sandbox/memoryLimit';
import { readModule } from '../../src/wasm/module';
import { guest } from '../support/guests';
import { runs } from '../support/runs';

const NAMES = [
  'unchanged',
  'mixedNaming',
  'initializesFirst',
  'growsTable',
  'obeysSpanNames',
  'importsMemory',
  'sharedMemory',
];
const MAX_PAGES = 32;

/** Changes a few bytes, in their place or by taking some out or putting some in. Most often near the start, where the sections are. */
const edits = fc.array(
  fc.record({
    at: fc.oneof(fc.nat(200), fc.nat(5_000)),
    remove: fc.nat(3),
    insert: fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 4, 5, 0x7f, 0x80, 0xff)), { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 4 },
);

describe('hostile modules', () => {
  let modules: Uint8Array[];
  before(async () => (modules = await Promise.all(NAMES.map(guest))));

  it('load or are rejected with an OtelWasmError, and never get more memory than granted', () => {
    let loaded = 0;
    fc.assert(
      fc.property(fc.nat(NAMES.length - 1), edits, (which, changes) => {
        const bytes = [...modules[which]];
        for (const { at, remove, insert } of changes) bytes.splice(at % bytes.length, remove, ...insert);
        try {
          const module = Uint8Array.from(bytes);
          loadGuest(module, 'processor', 'traces', MAX_PAGES * PAGE_BYTES);
          loaded++;
          assert.ok(readModule(module).memories.every(({ minimum }) => minimum <= MAX_PAGES));
        } catch (error) {
          if (!(error instanceof OtelWasmError)) throw error;
          assert.ok(['GUEST_INVALID', 'ABI_MISMATCH', 'MEMORY_LIMIT'].includes(error.code), error.code);
        }
      }),
      { numRuns: runs(3_000) },
    );
    assert.ok(loaded > 0, 'every edit broke the module: the edits are too strong to test anything');
  });

  it('with random bytes after a valid header are rejected, whatever their length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), rest => {
        try {
          readModule(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...rest]));
        } catch (error) {
          assert.ok(error instanceof OtelWasmError && error.code === 'GUEST_INVALID', String(error));
        }
      }),
      { numRuns: runs(2_000) },
    );
  });

  it('with sections in a wrong order do not exceed the memory limit', async () => {
    const bytes = modules[NAMES.indexOf('growsTable')];
    const { sections } = readModule(bytes);
    const section = (id: number) => bytes.subarray(sections.get(id)?.start, sections.get(id)?.end);
    const [table, memory] = [section(4), section(5)];
    const start = sections.get(4)?.start as number;
    const swapped = Uint8Array.from([
      ...bytes.subarray(0, start),
      ...memory,
      ...table,
      ...bytes.subarray(start + table.length + memory.length),
    ]);
    assert.throws(() => loadGuest(swapped, 'processor', 'traces', 2 ** 24), { code: 'GUEST_INVALID' });
  });
});
