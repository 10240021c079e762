import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkGuest, describeGuest } from '../../src/conformance';
import { guest, guestWith } from '../support/guests';

const built = (name: string): string => join(__dirname, '../../build/guests', `${name}.wasm`);

describe('conformance', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'otelwasm-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function fixture(name: string): Promise<string> {
    const path = join(folder, `${name}.wasm`);
    writeFileSync(path, await guest(name));
    return path;
  }

  /** Checks of the guest that gave a verdict, as `part: check`. */
  async function found(name: string, verdict: string): Promise<string[]> {
    const { parts } = checkGuest(await fixture(name), {
      guestTimeoutMillis: 200,
      maxMemoryBytes: 16 * 2 ** 20,
    });
    return parts.flatMap(part =>
      part.results.filter(result => result.verdict === verdict).map(result => `${part.name}: ${result.name}`),
    );
  }

  for (const [name, pluginConfig] of [
    ['filter', { drop: ['/healthz'] }],
    ['redact', { keys: ['user.email'] }],
    ['metrics-filter', { drop: ['process.*'] }],
    ['logs-redact', { minSeverity: 'info', keys: ['user.email'] }],
    ['attributes', { actions: [{ action: 'insert', key: 'a', value: 'b' }] }],
    ['stdout-exporter', null],
    ['heartbeat', { intervalMillis: 20 }],
  ] as const) {
    it(`${name} conforms`, () => {
      const { conforms, parts } = checkGuest(built(name), { pluginConfig });
      const bad = parts.flatMap(({ results }) => results.filter(({ verdict }) => verdict !== 'pass'));
      assert.deepEqual(bad, []);
      assert.equal(conforms, true);
      assert.ok(parts.length > 1);
    });
  }

  for (const [name, check] of [
    ['noMarker', 'module: exports an ABI marker'],
    ['unknownImport', 'module: imports only what the host offers'],
    ['startFails', 'traces processor: start() succeeds'],
    ['trapsInStart', 'traces processor: start() succeeds'],
    ['traps', 'traces processor: one item is taken'],
    ['garbles', 'traces processor: one item is taken'],
    ['loopsInConsume', 'traces processor: one item is taken'],
    ['growsWithoutEnd', 'traces processor: memory is steady over many batches'],
    ['resultOutOfRange', 'traces processor: one item is taken'],
    ['trapsInShutdown', 'traces processor: shutdown() succeeds with no work done'],
  ] as const) {
    it(`${name} fails "${check}"`, async () => {
      const failed = await found(name, 'fail');
      assert.ok(failed.includes(check), failed.join('\n'));
    }).timeout(60_000);
  }

  for (const [name, check] of [
    ['unchanged', 'module: says which signals it supports'],
    ['growsByOnePage', 'traces processor: memory is steady over many batches'],
    ['shutdownFails', 'traces processor: shutdown() succeeds with no work done'],
  ] as const) {
    it(`${name} is warned of "${check}"`, async () => {
      const warned = await found(name, 'warn');
      assert.ok(warned.includes(check), warned.join('\n'));
      // Its alloc knows no end: it hands out addresses that its memory does not have.
      assert.deepEqual(await found(name, 'fail'), ['traces processor: 10000 items are taken']);
    }).timeout(60_000);
  }

  it('an empty batch that kills fails its check alone', async () => {
    const path = join(folder, 'empty.wasm');
    const body = '(if (i32.eqz (local.get 1)) (then unreachable)) (i32.const 0)';
    const consume = `(func (export "consume_traces") (param i32 i32) (result i32) ${body})`;
    writeFileSync(path, await guestWith({ memory: '(memory (export "memory") 400)', consume }));
    const results = checkGuest(path).parts.flatMap(part => part.results);
    assert.deepEqual(
      results.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name),
      ['an empty payload is taken: consume(0, 0)', 'malformed bytes are survived'],
    );
  });

  it('skips the rest of a guest that does not start', async () => {
    assert.equal((await found('startFails', 'skip')).length, 12);
  });

  it('throws for a file that is no module', () => {
    writeFileSync(join(folder, 'text.wasm'), 'text');
    assert.throws(() => checkGuest(join(folder, 'text.wasm')), { code: 'GUEST_INVALID' });
    assert.throws(() => describeGuest(join(folder, 'nope.wasm')), { code: 'GUEST_NOT_FOUND' });
  });

  it('tells the dialects apart', async () => {
    assert.equal(describeGuest(await fixture('unchanged')).dialect, 'v1');
    assert.equal(describeGuest(await fixture('mixedDialects')).dialect, 'mixed');
    assert.equal(describeGuest(await fixture('noMarker')).dialect, 'none');
  });
});
