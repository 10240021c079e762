import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkGuest, describeGuest } from '../../src/conformance';
import { assemble, guest, guestWith } from '../support/guests';

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
      // A guest that loops takes it for each check.
      guestTimeoutMillis: name.startsWith('loops') ? 50 : 200,
      maxMemoryBytes: 16 * 2 ** 20,
    });
    return parts.flatMap(part =>
      part.results.filter(result => result.verdict === verdict).map(result => `${part.name}: ${result.name}`),
    );
  }

  const builtGuests: readonly (readonly [name: string, pluginConfig: object | null])[] = [
    ['filter', { drop: ['/healthz'] }],
    ['metrics-filter', { drop: ['process.*'] }],
    ['dedupe', { exclude: ['body'] }],
    ['heartbeat', { intervalMillis: 20 }],
  ];
  const slowGuests: typeof builtGuests = [
    ['redact', { keys: ['user.email'] }],
    ['templates', null],
    ['limit', { perSecond: 100 }],
    ['logs-redact', { minSeverity: 'info', keys: ['user.email'] }],
    ['attributes', { actions: [{ action: 'insert', key: 'a', value: 'b' }] }],
    ['stdout-exporter', null],
  ];
  for (const [name, pluginConfig] of [...builtGuests, ...(process.env.FULL_TESTS ? slowGuests : [])]) {
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
    ['traps', 'traces processor: accepts one item'],
    ['garbles', 'traces processor: accepts one item'],
    ['loopsInConsume', 'traces processor: accepts one item'],
    ['growsForever', 'traces processor: uses a steady amount of memory over many batches'],
    ['resultOutOfRange', 'traces processor: accepts one item'],
    ['trapsInShutdown', 'traces processor: shutdown() succeeds without any work'],
  ] as const) {
    it(`${name} fails "${check}"`, async () => {
      const failed = await found(name, 'fail');
      assert.ok(failed.includes(check), failed.join('\n'));
    }).timeout(60_000);
  }

  for (const [name, check] of [
    ['unchanged', 'module: declares the signals that it supports'],
    ['growsByOnePage', 'traces processor: uses a steady amount of memory over many batches'],
    ['shutdownFails', 'traces processor: shutdown() succeeds without any work'],
  ] as const) {
    it(`${name} gets the warning "${check}"`, async () => {
      const warned = await found(name, 'warn');
      assert.ok(warned.includes(check), warned.join('\n'));
      // Its alloc knows no end: it hands out addresses that its memory does not have.
      assert.deepEqual(await found(name, 'fail'), ['traces processor: accepts 10000 items']);
    }).timeout(60_000);
  }

  it('a guest that traps on an empty batch fails only that check', async () => {
    const path = join(folder, 'empty.wasm');
    const body = '(if (i32.eqz (local.get 1)) (then unreachable)) (i32.const 0)';
    const consume = `(func (export "consume_traces") (param i32 i32) (result i32) ${body})`;
    writeFileSync(path, await guestWith({ memory: '(memory (export "memory") 400)', consume }));
    const results = checkGuest(path).parts.flatMap(part => part.results);
    assert.deepEqual(
      results.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name),
      ['accepts an empty payload: consume(0, 0)', 'survives malformed bytes'],
    );
  });

  it('skips the other checks of a guest that does not start', async () => {
    assert.equal((await found('startFails', 'skip')).length, 13);
  });

  it('throws for a file that is not a module', () => {
    writeFileSync(join(folder, 'text.wasm'), 'text');
    assert.throws(() => checkGuest(join(folder, 'text.wasm')), { code: 'GUEST_INVALID' });
    assert.throws(() => describeGuest(join(folder, 'nope.wasm')), { code: 'GUEST_NOT_FOUND' });
  });

  it('distinguishes v1 names from 0.1.0 names', async () => {
    assert.equal(describeGuest(await fixture('unchanged')).naming, 'v1');
    assert.equal(describeGuest(await fixture('mixedNaming')).naming, 'mixed');
    assert.equal(describeGuest(await fixture('noMarker')).naming, 'none');
  });

  describe('reports on which hosts a guest runs', () => {
    const FILTER = { pluginConfig: { drop: ['/healthz'] } };
    const V1 = 'a Collector host with v1 names';
    const NAMED_010 = 'a Collector host with 0.1.0 names';
    const verdicts = (path: string, options = {}): Record<string, readonly string[] | 'runs'> =>
      Object.fromEntries(
        checkGuest(path, options).hosts.map(({ host, runs, problems }) => [host, runs ? 'runs' : problems]),
      );

    it('a guest of the SDK, built with v1 names', () => {
      const hosts = verdicts(built('filter'), FILTER);
      assert.equal(hosts['this host'], 'runs');
      assert.equal(hosts[V1], 'runs');
      assert.match(String(hosts[NAMED_010]), /opentelemetry\.io\/wasm set_result_traces.*otelwasm_start/);
    });

    // Room for the largest batch of the checks, and the mask that Collector hosts ask for.
    const fields = {
      memory: '(memory (export "memory") 200)',
      more: '(func (export "get_supported_telemetry") (result i32) (i32.const 4))',
    };
    const verdictsOf = async (
      more: Parameters<typeof guestWith>[0],
    ): Promise<ReturnType<typeof verdicts>> => {
      const path = join(folder, 'portable.wasm');
      writeFileSync(path, await guestWith({ ...fields, ...more }));
      return verdicts(path);
    };
    const IMPORT = 'import "opentelemetry.io/wasm"';
    const RESULT = `(${IMPORT} "set_result_traces" (func $result (param i32 i32)))`;

    it('a guest without imports', async () => {
      const hosts = await verdictsOf({});
      assert.deepEqual([hosts['this host'], hosts[V1]], ['runs', 'runs']);
    });

    it('a guest that imports log', async () => {
      const hosts = await verdictsOf({ imports: `(${IMPORT} "log" (func (param i32 i32 i32)))` });
      assert.equal(hosts['this host'], 'runs');
      assert.match(String(hosts[V1]), /imports functions that this host lacks: opentelemetry\.io\/wasm log$/);
    });

    it('a guest without the signal mask', async () => {
      const hosts = await verdictsOf({ more: '' });
      assert.match(
        String(hosts[V1]),
        /does not export functions that this host calls: get_supported_telemetry/,
      );
    });

    it('a guest that sets two results in a call', async () => {
      const call = '(call $result (local.get 0) (local.get 1))';
      const hosts = await verdictsOf({
        imports: RESULT,
        consume: `(func (export "consume_traces") (param i32 i32) (result i32) ${call} ${call} (i32.const 0))`,
      });
      assert.equal(hosts['this host'], 'runs');
      assert.match(String(hosts[V1]), /sets 2 results in one call/);
    });

    it('a guest that treats an answer of 0 as no configuration', async () => {
      const hosts = await verdictsOf({
        imports: `(${IMPORT} "get_plugin_config" (func $config (param i32 i32) (result i32)))`,
        consume: `(func (export "consume_traces") (param i32 i32) (result i32)
          (i32.eqz (call $config (i32.const 0) (i32.const 4096))))`,
      });
      assert.equal(hosts['this host'], 'runs');
      assert.match(String(hosts[V1]), /with a configuration of 100000 bytes it returns status 1/);
    });

    it('a guest that needs its environment, when it is granted', async () => {
      const needsEnvironment = {
        imports: `(import "wasi_snapshot_preview1" "environ_sizes_get"
          (func $sizes (param i32 i32) (result i32)))`,
        consume: `(func (export "consume_traces") (param i32 i32) (result i32)
          (drop (call $sizes (i32.const 16) (i32.const 20)))
          (if (i32.eqz (i32.load (i32.const 16))) (then unreachable)) (i32.const 0))`,
      };
      assert.notEqual((await verdictsOf(needsEnvironment))['this host'], 'runs');
      const path = join(folder, 'portable.wasm');
      const { hosts } = checkGuest(path, { env: { TEAM: 'web' } });
      assert.deepEqual(
        hosts.map(({ runs }) => runs),
        [true, true, false],
      );
    });

    it('a guest that filters only after start()', async () => {
      const hosts = await verdictsOf({
        imports: `(${IMPORT} "set_result_metrics" (func $result (param i32 i32)))
          (global $ready (mut i32) (i32.const 0))`,
        start: '(func (export "start") (result i32) (global.set $ready (i32.const 1)) (i32.const 0))',
        consume: `(func (export "consume_metrics") (param i32 i32) (result i32)
          (if (global.get $ready) (then (call $result (i32.const 0) (i32.const 0)))) (i32.const 0))`,
        more: '(func (export "get_supported_telemetry") (result i32) (i32.const 1))',
      });
      assert.match(String(hosts[V1]), /its result differs from that of this host/);
      const { parts } = checkGuest(join(folder, 'portable.wasm'));
      const check = parts[1].results.find(({ name }) => name === 'gives the same results without start()');
      assert.equal(check?.verdict, 'warn');
    });
  });

  it('checks one role with the granted environment', () => {
    const { parts } = checkGuest(built('filter'), { role: 'exporter', pluginConfig: { drop: ['/healthz'] } });
    assert.deepEqual(
      parts.map(({ name }) => name),
      ['module', 'traces exporter'],
    );
  });

  it('reports the unsupported ABI version of a guest', async () => {
    const wat = '(module (memory (export "memory") 1) (func (export "abi_version_v2")))';
    const path = join(folder, 'v2.wasm');
    writeFileSync(path, await assemble(wat));
    const { parts } = checkGuest(path);
    assert.match(
      parts[0].results.map(({ detail }) => detail).join(),
      /"abi_version_v2", a version .* supported are abi_version_v1 and otelwasm_abi_version_0_1_0/,
    );
  });
});
