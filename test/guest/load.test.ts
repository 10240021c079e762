import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { quote } from '../../src/abi/errors';
import { type GuestSource, loadGuest } from '../../src/guest';
import { guest } from '../support/guests';

const load = (source: unknown) => loadGuest(source as GuestSource, 'processor', 'traces', 2 ** 24);

describe('loadGuest', () => {
  let folder: string;
  let path: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'otelwasm-'));
    path = join(folder, 'my filter.wasm');
    writeFileSync(path, await guest('unchanged'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('accepts a path or a file: URL as object or string, and names the guest after the file', () => {
    for (const source of [path, pathToFileURL(path), pathToFileURL(path).href])
      assert.equal(load(source).name, 'my filter');
  });

  it('accepts bytes in any kind of array, and a compiled module', async () => {
    const bytes = await guest('unchanged');
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    const sources = [
      bytes,
      Buffer.from(bytes),
      Uint8Array.from(bytes).buffer,
      shared,
      new WebAssembly.Module(Uint8Array.from(bytes)),
    ];
    for (const source of sources) assert.equal(load(source).name, 'guest');
  });

  it('does not change the given bytes', async () => {
    const bytes = Uint8Array.from(await guest('unchanged'));
    const before = Uint8Array.from(bytes);
    load(bytes);
    assert.deepEqual(bytes, before);
  });

  it('throws GUEST_NOT_FOUND with the path of an unreadable file', () => {
    const missing = join(folder, 'missing.wasm');
    for (const source of [missing, pathToFileURL(missing), folder]) {
      assert.throws(() => load(source), {
        name: 'OtelWasmError',
        code: 'GUEST_NOT_FOUND',
        message: new RegExp(folder),
      });
    }
    for (const source of [
      new URL('https://example.org/guest.wasm'),
      new URL('file://host/guest.wasm'),
      'file://host/x',
      'file:%00',
      'nul\0',
    ])
      assert.throws(() => load(source), { name: 'OtelWasmError', code: 'GUEST_NOT_FOUND' }, String(source));
  });

  it('throws GUEST_INVALID with the first bytes of a file that is not a module', () => {
    const text = join(folder, 'text.wasm');
    writeFileSync(text, '(module)');
    assert.throws(() => load(text), {
      code: 'GUEST_INVALID',
      message: /text\.wasm: not a WebAssembly module: .*begins with 28 6d 6f 64 75 6c 65 29/,
    });
    assert.throws(() => load(new Uint8Array(0)), { code: 'GUEST_INVALID', message: /the file is empty/ });
  });

  it('throws GUEST_INVALID for a module that does not compile', async () => {
    const bytes = Uint8Array.from(await guest('unchanged'));
    bytes[bytes.length - 2] = 0xff;
    assert.throws(() => load(bytes), { code: 'GUEST_INVALID', message: /does not compile/ });
  });

  it('throws INVALID_OPTION that quotes an invalid source', () => {
    assert.throws(() => load(42), {
      code: 'INVALID_OPTION',
      message: /guest is 42: allowed are a path, a file: URL, otelwasm:<name>, bytes/,
    });
    for (const source of [undefined, null, true, {}, [1], () => 1, Symbol('x'), 1n])
      assert.throws(() => load(source), { name: 'OtelWasmError', code: 'INVALID_OPTION' }, quote(source));
  });

  it('rejects modules that the sandbox cannot bound', async () => {
    const refused: [string, string, RegExp][] = [
      ['sharedMemory', 'GUEST_INVALID', /flags 3: shared or unknown/],
      ['memory64', 'GUEST_INVALID', /64-bit memory/],
      ['needsMuchMemory', 'MEMORY_LIMIT', /65536000 bytes of initial memory: maxMemoryBytes allows 16777216/],
      ['hugeTable', 'MEMORY_LIMIT', /table of 2000000 entries: at most 1048576/],
    ];
    for (const [name, code, message] of refused) {
      const bytes = await guest(name);
      assert.throws(() => load(bytes), { name: 'OtelWasmError', code, message }, name);
    }
  });
});
