import assert from 'node:assert/strict';
import { OtelWasmError } from '../../src/abi/errors';
import { loadGuest } from '../../src/guest';
import type { Role, Signal } from '../../src/abi/signal';
import { guest, type GuestFields, guestWith } from '../support/guests';

const load = (bytes: Uint8Array, role: Role = 'processor', signal: Signal = 'traces') =>
  loadGuest(bytes, role, signal, 2 ** 24);

/** The message of the ABI_MISMATCH that loading throws. */
function mismatch(bytes: Uint8Array, role?: Role, signal?: Signal): string {
  let message = '';
  assert.throws(
    () => load(bytes, role, signal),
    (error: OtelWasmError) => {
      message = error.message;
      return error instanceof OtelWasmError && error.code === 'ABI_MISMATCH';
    },
  );
  return message;
}

describe('ABI validation', () => {
  it('accepts a guest with the exports of its role', async () => {
    assert.equal(load(await guest('unchanged')).name, 'guest');
  });

  it('accepts an exporter with the same exports', async () => {
    load(await guest('unchanged'), 'exporter');
  });

  it('rejects a guest without a marker and names the known markers', async () => {
    assert.match(
      mismatch(await guest('noMarker')),
      /no ABI marker \(abi_version_v1 or otelwasm_abi_version_0_1_0\)/,
    );
  });

  for (const name of ['experimentalAbi', 'experimentalImports']) {
    it(`recognizes a guest of the retired ABI: ${name}`, async () => {
      assert.match(mismatch(await guest(name)), /retired experimental ABI/);
    });
  }

  const missing: [keyof GuestFields, string][] = [
    ['memory', 'export "memory" is missing: expected a memory'],
    ['alloc', 'export "alloc" (or "otelwasm_memory_allocate") is missing: expected (i32) -> (i32)'],
    ['start', 'export "start" (or "otelwasm_start") is missing: expected () -> (i32)'],
    ['shutdown', 'export "shutdown" (or "otelwasm_shutdown") is missing: expected () -> (i32)'],
    [
      'consume',
      'export "consume_traces" (or "otelwasm_consume_traces") is missing: expected (i32, i32) -> (i32)',
    ],
  ];
  for (const [field, problem] of missing) {
    it(`reports only a missing ${field}`, async () => {
      assert.equal(
        mismatch(await guestWith({ [field]: '' })),
        `guest: the guest cannot be a traces processor:\n  - ${problem}`,
      );
    });
  }

  it('reports all problems at once', async () => {
    const lines = mismatch(
      await guestWith({ memory: '', alloc: '', start: '', shutdown: '', consume: '' }),
    ).split('\n');
    assert.deepEqual(
      lines.slice(1),
      missing.map(([, problem]) => `  - ${problem}`),
    );
  });

  it('requires the export of the given signal', async () => {
    assert.match(
      mismatch(await guest('unchanged'), 'processor', 'logs'),
      /logs processor:\n {2}- export "consume_logs"/,
    );
  });

  it('reports a wrong signature with the expected one', async () => {
    const signatures: [Partial<GuestFields>, string][] = [
      [
        { alloc: '(func (export "alloc") (param i64) (result i32) (i32.const 0))' },
        '"alloc" is (i64) -> (i32): expected (i32) -> (i32)',
      ],
      [{ start: '(func (export "start"))' }, '"start" is () -> (): expected () -> (i32)'],
      [
        { shutdown: '(func (export "otelwasm_shutdown") (param f32) (result f64) (f64.const 0))' },
        '"otelwasm_shutdown" is (f32) -> (f64): expected () -> (i32)',
      ],
      [
        { consume: '(func (export "consume_traces") (param i32) (result i32) (i32.const 0))' },
        '"consume_traces" is (i32) -> (i32): expected (i32, i32) -> (i32)',
      ],
      [
        { marker: '(func (export "abi_version_v1") (result i32) (i32.const 1))' },
        '"abi_version_v1" is () -> (i32): expected () -> ()',
      ],
      [
        { more: '(func (export "get_supported_telemetry"))' },
        '"get_supported_telemetry" is () -> (): expected () -> (i32)',
      ],
    ];
    for (const [fields, problem] of signatures) {
      assert.ok(mismatch(await guestWith(fields)).endsWith(`\n  - export ${problem}`), problem);
    }
  });

  it('reads signatures of re-exported imports', async () => {
    const fields = {
      imports: '(import "otelwasm" "get_plugin_config" (func $config (param i32 i32) (result i32)))',
    };
    load(await guestWith({ ...fields, consume: '(export "consume_traces" (func $config))' }));
    assert.match(
      mismatch(await guestWith({ ...fields, alloc: '(export "alloc" (func $config))' })),
      /"alloc" is \(i32, i32\) -> \(i32\): expected \(i32\) -> \(i32\)/,
    );
  });

  it('rejects exports of another kind', async () => {
    assert.match(
      mismatch(await guestWith({ memory: '(memory 1) (global (export "memory") i32 (i32.const 0))' })),
      /export "memory" is a global: expected a memory/,
    );
    assert.match(
      mismatch(await guestWith({ alloc: '(global (export "alloc") i32 (i32.const 0))' })),
      /export "alloc" is a global: expected \(i32\) -> \(i32\)/,
    );
  });

  it('prefers the v1 name, and uses that of 0.1.0 if only that is a function', async () => {
    const v010 = '(func (export "otelwasm_start") (result i32) (i32.const 0))';
    load(await guestWith({ start: v010 }));
    load(await guestWith({ start: `(global (export "start") i32 (i32.const 0)) ${v010}` }));
    assert.match(
      mismatch(await guestWith({ start: `(func (export "start")) ${v010}` })),
      /export "start" is/,
    );
  });

  it('rejects unknown imports and lists the offered ones', async () => {
    assert.match(
      mismatch(await guest('unknownImport')),
      /import "emscripten_notify" from "env" \(a function\) is not offered: this host offers functions of opentelemetry.io\/wasm, otelwasm, wasi_snapshot_preview1/,
    );
    assert.match(
      mismatch(await guest('importsMemory')),
      /import "memory" from "env" \(a memory\) is not offered/,
    );
    assert.match(
      mismatch(await guestWith({ imports: '(import "otelwasm" "set_result" (func))' })),
      /import "set_result" from "otelwasm" is not a function of the ABI/,
    );
    assert.match(
      mismatch(await guestWith({ imports: '(import "otelwasm" "log" (global i32))' })),
      /import "log" from "otelwasm" \(a global\) is not offered/,
    );
  });

  it('rejects a WASI function with a signature that differs from preview 1', async () => {
    const importing = (name: string, type: string) =>
      guestWith({ imports: `(import "wasi_snapshot_preview1" "${name}" (func ${type}))` });
    load(await importing('fd_close', '(param i32) (result i32)'));
    // Runtimes link against extensions of other hosts: what preview 1 has not gets a stub.
    for (const name of ['sock_open', 'constructor', '__proto__'])
      load(await importing(name, '(param f64) (result i32)'));
    for (const type of ['', '(param i64) (result i32)', '(param i32) (result i64)', '(param i32)'])
      assert.match(
        mismatch(await importing('fd_close', type)),
        /import "fd_close" from "wasi_snapshot_preview1" is .*: WASI preview 1 has \(i32\) -> \(i32\)/,
      );
  });

  it('rejects a host function with another signature', async () => {
    assert.match(
      mismatch(await guestWith({ imports: '(import "opentelemetry.io/wasm" "log" (func (param i32 i64)))' })),
      /import "log" from "opentelemetry.io\/wasm" is \(i32, i64\) -> \(\): expected \(i32, i32, i32\) -> \(\)/,
    );
  });

  it('requires start_*_receiver of a receiver, but no alloc', async () => {
    const receiver = (signature: string) =>
      guestWith({ alloc: '', consume: '', more: `(func (export "start_logs_receiver") ${signature})` });
    load(await receiver(''), 'receiver', 'logs');
    assert.match(
      mismatch(await receiver('(result i32) (i32.const 0)'), 'receiver', 'logs'),
      /expected \(\) -> \(\)/,
    );
    assert.match(mismatch(await receiver(''), 'receiver', 'traces'), /"start_traces_receiver" .*is missing/);
  });
});
