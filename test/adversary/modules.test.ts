import assert from 'node:assert/strict';
import { OtelWasmError } from '../../src';
import { assemble, type GuestFields, guestWith } from '../support/guests';
import { names, tracesOf } from '../support/spans';
import { piped } from '../pipeline/piped';
import { attack } from './attack';
import { owned } from '../../src/abi';

/** Text of a guest that is refused when it is loaded, and what the error says. */
const REFUSED: [what: string, code: string, message: RegExp, fields: Partial<GuestFields>][] = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty'].flatMap(
    (name): (typeof REFUSED)[number][] => [
      [
        `imports ${name} from the host`,
        'ABI_MISMATCH',
        /not a function of the ABI/,
        { imports: `(import "otelwasm" "${name}" (func))` },
      ],
      [
        `imports from ${name}`,
        'ABI_MISMATCH',
        /is not offered/,
        { imports: `(import "${name}" "log" (func (param i32 i32 i32)))` },
      ],
    ],
  ),
  [
    'imports string builtins',
    'ABI_MISMATCH',
    /is not offered/,
    { imports: '(import "wasm:js-string" "length" (func (param externref) (result i32)))' },
  ],
  [
    'imports a string constant',
    'ABI_MISMATCH',
    /is not offered/,
    { imports: '(import "_" "text" (global externref))' },
  ],
  [
    'imports a table',
    'ABI_MISMATCH',
    /is not offered/,
    { imports: '(import "otelwasm" "table" (table 1 funcref))' },
  ],
  [
    'imports an exception tag',
    'ABI_MISMATCH',
    /is not offered/,
    { imports: '(import "otelwasm" "tag" (tag (param i32)))' },
  ],
  [
    'imports a WASI memory',
    'ABI_MISMATCH',
    /is not offered/,
    { imports: '(import "wasi_snapshot_preview1" "memory" (memory 1))', memory: '' },
  ],
  [
    'exports a global as memory',
    'ABI_MISMATCH',
    /is a global/,
    { memory: '(global (export "memory") (mut i32) (i32.const 1)) (memory 16)' },
  ],
  [
    'exports a global as alloc',
    'ABI_MISMATCH',
    /"alloc" is a global/,
    { alloc: '(global (export "alloc") i32 (i32.const 1))' },
  ],
  [
    'exports a name twice',
    'GUEST_INVALID',
    /does not compile/,
    { more: '(func (export "x")) (func (export "y"))' },
  ],
  [
    'has an _initialize that takes a number',
    'START_FAILED',
    /instantiation/,
    { more: '(func (export "_initialize") (param i64))' },
  ],
  [
    'exports a table as _initialize',
    'START_FAILED',
    /instantiation/,
    { more: '(table (export "_initialize") 1 funcref)' },
  ],
];

describe('a module that', () => {
  for (const [what, code, message, fields] of REFUSED) {
    it(`${what} is rejected`, async () => {
      let bytes = await guestWith(fields);
      // The assembler refuses a name that is exported twice; the bytes can say it all the same.
      if (what.includes('twice'))
        bytes = bytes.map((byte, at) => (byte === 0x79 && bytes[at - 1] === 1 ? 0x78 : byte));
      assert.throws(
        () => piped(bytes),
        (error: unknown) =>
          error instanceof OtelWasmError && error.code === code && message.test(error.message),
      );
    });
  }

  it('imports names of Object.prototype from WASI gets stubs, also when compiled', async () => {
    const imports = ['__proto__', 'constructor', 'valueOf', '__defineGetter__']
      .map(
        (name, index) =>
          `(import "wasi_snapshot_preview1" "${name}" (func $f${index} (param i32) (result i32)))`,
      )
      .join('');
    // Each answers ENOSYS, 52; so does the guest.
    const consume = `(func (export "consume_traces") (param i32 i32) (result i32)
      (i32.sub (i32.add (i32.add (call $f0 (i32.const 1)) (call $f1 (i32.const 1))) (i32.add (call $f2 (i32.const 1)) (call $f3 (i32.const 1)))) (i32.const 208)))`;
    const bytes = await guestWith({ imports, consume });
    for (const guest of [bytes, new WebAssembly.Module(Uint8Array.from(bytes))]) {
      const { pipeline, sink } = piped(guest);
      await pipeline.send(owned(tracesOf('a')));
      assert.deepEqual([pipeline.stats.errors, sink.names], [{}, ['a']]);
    }
    assert.equal(Object.getOwnPropertyNames(Object.prototype).includes('fd_write'), false);
  });

  it('exports functions with names of host functions does no harm', async () => {
    const { stats } = await attack(
      await guestWith({
        imports: `(import "otelwasm" "get_shutdown_requested" (func $zero (result i32)))
          (import "otelwasm" "get_plugin_config" (func $config (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))`,
        start: '(export "start" (func $zero))',
        shutdown: '(export "shutdown" (func $zero))',
        alloc: '(export "alloc" (func $close))',
        consume: '(export "consume_traces" (func $config))',
      }),
    );
    // fd_close answers EBADF: an address near 0; get_plugin_config answers a size, which is a status.
    assert.deepEqual(Object.keys(stats.errors), ['GUEST_STATUS']);
  });

  it('exports proc_exit as _initialize does not end the process', async () => {
    const guest = await guestWith({
      imports: '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))',
      more: '(export "_initialize" (func $exit))',
    });
    assert.throws(() => piped(guest), { code: 'START_FAILED' });
  });

  it('exports its memory under several names and has another stays within its limit', async () => {
    const guest = await guestWith({
      memory: '(memory (export "memory") (export "again") 1) (memory $other 1)',
      alloc: '(func (export "alloc") (param i32) (result i32) (i32.const 1024))',
      // Both grow as far as they can; half of 256 pages each.
      consume: `(func (export "consume_traces") (param i32 i32) (result i32)
        (loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (i32.sub (memory.size) (i32.const 128)))`,
    });
    assert.ok(guest.length > 0);
    // Engines without several memories refuse the module; the others bound them together.
    if (WebAssembly.validate(Uint8Array.from(guest)))
      assert.deepEqual((await attack(guest)).stats.errors, {});
    else assert.throws(() => piped(guest), { code: 'GUEST_INVALID' });
  });

  it('has a thousand functions, 50,000 locals, vectors and extended constants runs', async () => {
    const { stats } = await attack(
      await guestWith({
        more: `${'(func (param i32) (result i32) (local.get 0))'.repeat(1_000)}
          (func $wide (local ${'v128 '.repeat(40_000)}) (local.set 39999 (v128.const i64x2 1 2)))`,
        consume: '(func (export "consume_traces") (param i32 i32) (result i32) (call $wide) (i32.const 0))',
      }),
    );
    assert.deepEqual(stats.errors, {});
  });

  it('has a million imports or huge names gets a short error', async () => {
    const long = 'x'.repeat(100_000);
    const imports = Array.from(
      { length: 2_000 },
      (_, index) => `(import "${index}${long.slice(0, 100)}\\0a\\1b[31m" "y" (func))`,
    ).join('');
    for (const text of [imports, `(import "${long}" "${long}" (func))`]) {
      const guest = await assemble(`(module ${text} (func (export "abi_version_v1")))`);
      assert.throws(
        () => piped(guest),
        ({ code, message }: OtelWasmError) =>
          code === 'ABI_MISMATCH' && message.length < 40_000 && !message.includes('\u001b'),
      );
    }
  });

  it('fails at the Nth call or garbles every third result loses only those items', async () => {
    const counting = (then: string): Promise<Uint8Array> =>
      guestWith({
        imports: '(import "otelwasm" "set_result_traces" (func $set_result (param i32 i32)))',
        consume: `(func (export "consume_traces") (param $p i32) (param $s i32) (result i32)
          (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
          (if (i32.eqz (i32.rem_u (global.get $calls) (i32.const 3))) (then ${then}))
          (call $set_result (local.get $p) (local.get $s)) (i32.const 0))`,
        more: '(global $calls (mut i32) (i32.const 0))',
      });
    for (const [then, code] of [
      ['(unreachable)', 'GUEST_TRAP'],
      ['(call $set_result (i32.const 65536) (i32.const 5))', 'GUEST_OUTPUT'],
    ] as const) {
      const { stats, sink } = await attack(await counting(then), {}, 12, 8);
      assert.ok((stats.errors[code] ?? 0) >= 3);
      // The call that failed is made again, and then it is not the third.
      assert.equal(sink.names.length, 12 * 8, JSON.stringify(stats));
      assert.deepEqual(sink.names.slice(0, 8), names(8));
    }
  });
});
