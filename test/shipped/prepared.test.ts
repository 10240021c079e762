import assert from 'node:assert/strict';
import type { Role, Signal } from '../../src/abi';
import { type LoadedGuest, loadGuest } from '../../src/guest';
import { limitedTo, prepareGuest } from '../../src/guest/shipped/prepared';
import { preparedModule } from '../../src/guest/shipped/preparedModules';
import { limitMemory } from '../../src/sandbox';
import { addFuel } from '../../src/sandbox/fuel';
import { shippedGuest, shippedGuests } from '../../src/shipped';
import { ModuleSections, readModule } from '../../src/wasm';
import { built } from '../support/built';
import { guest } from '../support/guests';

const MEBIBYTE = 2 ** 20;

/** With the limits of its memory written as `limitMemory` writes them. */
function canonical(bytes: Uint8Array): Uint8Array {
  const sections = new ModuleSections(bytes);
  limitMemory(sections, readModule(bytes), 2 ** 32);
  return sections.join();
}

/** Loads the guest's own bytes, as those of a user, of which nothing was made before. */
const loadedByBytes = (name: string, role: Role, signal: Signal, maxMemoryBytes: number): LoadedGuest =>
  loadGuest(shippedGuest(name), role, signal, maxMemoryBytes, { label: `otelwasm:${name}` });

describe('shipped guests, prepared by the build', () => {
  before(function () {
    this.timeout(120_000);
    built();
  });

  for (const maxMemoryBytes of [4 * MEBIBYTE, 256 * MEBIBYTE, 4_096 * MEBIBYTE]) {
    it(`equal the modules that loading produces, with ${maxMemoryBytes / MEBIBYTE} MiB of memory`, () => {
      for (const { name } of shippedGuests()) {
        const prepared = preparedModule(name);
        assert.ok(prepared, name);
        const [role, signal] = prepared.serves[0].split(' ') as ['processor', 'traces'];
        const bounded = limitedTo(prepared, role, signal, maxMemoryBytes);
        assert.ok(bounded, name);
        const bytes = shippedGuest(name);
        const info = readModule(bytes);
        const sections = new ModuleSections(bytes);
        limitMemory(sections, info, maxMemoryBytes);
        addFuel(sections, info);
        assert.deepEqual(canonical(bounded.bytes), canonical(sections.join()), name);
        assert.equal(readModule(bounded.bytes).memories[0].maximum, maxMemoryBytes / 65_536, name);
      }
    });
  }

  it('are loaded by name, with the same interface', () => {
    const described = ({ module, info, name, hasFuel, drops }: LoadedGuest) => ({
      ...{ name, hasFuel, drops },
      ...{ imports: info.imports, exports: [...info.exports] },
      ...{ engine: [WebAssembly.Module.exports(module), WebAssembly.Module.imports(module)] },
    });
    const of = ['processor', 'traces', 256 * MEBIBYTE] as const;
    const byName = loadGuest('otelwasm:filter', ...of);
    assert.deepEqual(described(byName), described(loadedByBytes('filter', ...of)));
  });

  it('fail like other guests in a wrong role and with less memory than their initial size', () => {
    const thrown = (load: () => unknown): unknown => {
      try {
        load();
      } catch (error) {
        return { ...(error as Error), message: (error as Error).message };
      }
      return undefined;
    };
    const refused: [Role, Signal, number][] = [
      ['processor', 'metrics', 256 * MEBIBYTE],
      ['receiver', 'traces', 256 * MEBIBYTE],
      ['processor', 'traces', 65_535],
    ];
    for (const of of refused) {
      const error = thrown(() => loadGuest('otelwasm:filter', ...of)) as { code: string };
      assert.match(error.code, /^(ABI_MISMATCH|MEMORY_LIMIT)$/);
      const other = thrown(() => loadedByBytes('filter', ...of)) as typeof error;
      assert.equal((error as unknown as Error).message, (other as unknown as Error).message);
    }
  });

  it('exist only under the names of the table', () => {
    for (const name of ['redcat', '../prepared/filter', 'constructor', ''])
      assert.equal(preparedModule(name), undefined, name);
  });

  it('have one memory without a maximum of their module', async () => {
    const bytes = Uint8Array.from(await guest('unchanged'));
    assert.ok(limitedTo(prepareGuest(bytes), 'processor', 'traces', MEBIBYTE));
    const sections = new ModuleSections(bytes);
    limitMemory(sections, readModule(bytes), MEBIBYTE);
    assert.throws(() => prepareGuest(sections.join()), /one memory, without a maximum/);
  });
});
