import assert from 'node:assert/strict';
import { OtelWasmError } from '../../src';
import { guestWith } from '../support/guests';
import { attack } from './attack';
import { piped } from '../pipeline/piped';

/** One page: 65,536 bytes. */
const MEMORY = '(memory (export "memory") 1)';

const ALLOC = '(func (export "alloc") (param i32) (result i32) (i32.const 1024))';

const PAIRS: [pointer: string, size: string][] = [
  ['65535', '2'],
  ['65536', '1'],
  ['0', '65537'],
  ['0', '-1'],
  ['-1', '1'],
  ['-1', '-1'],
  ['1', '-1'],
  ['0x80000000', '0x80000000'],
  ['0x7fffffff', '0x7fffffff'],
];

const FUNCTIONS = ['set_result_traces', 'set_result_logs', 'set_status_reason', 'log', 'get_plugin_config'];

/** A call of the host function with the pair, as a statement. */
function call(name: string, [pointer, size]: [string, string]): string {
  if (name === 'log') return `(call $f (i32.const 1) (i32.const ${pointer}) (i32.const ${size}))`;
  if (name === 'get_plugin_config') return `(drop (call $f (i32.const ${pointer}) (i32.const ${size})))`;
  return `(call $f (i32.const ${pointer}) (i32.const ${size}))`;
}

function imported(name: string): string {
  const parameters = name === 'log' ? 'i32 i32 i32' : 'i32 i32';
  const result = name === 'get_plugin_config' ? '(result i32)' : '';
  return `(import "otelwasm" "${name}" (func $f (param ${parameters}) ${result}))`;
}

/** `get_plugin_config` writes 4 bytes, "null", if the size is at least that: then only the pointer can be bad. */
function isBad(name: string, [pointer, size]: [string, string]): boolean {
  return name !== 'get_plugin_config' || (Number(pointer) >>> 0 > 65_532 && Number(size) >>> 0 >= 4);
}

describe('a bad pointer', () => {
  for (const name of FUNCTIONS) {
    const calls = PAIRS.filter(pair => isBad(name, pair)).map(pair => call(name, pair));
    /** The checks are those of `consume`: of other places the short form has a call of each kind. */
    const someCalls = process.env.FULL_TESTS ? calls : calls.filter((_, index) => index % 4 === 0);

    it(`to ${name} in consume traps, and the next instance works`, async () => {
      for (const text of calls) {
        const consume = `(func (export "consume_traces") (param i32 i32) (result i32) ${text} (i32.const 0))`;
        const { stats } = await attack(
          await guestWith({ imports: imported(name), memory: MEMORY, alloc: ALLOC, consume }),
          {},
          1,
          1,
        );
        assert.deepEqual(Object.keys(stats.errors), ['GUEST_TRAP'], text);
      }
    });

    it(`to ${name} in alloc traps`, async () => {
      for (const text of someCalls) {
        const alloc = `(func (export "alloc") (param i32) (result i32) ${text} (i32.const 1024))`;
        const { stats } = await attack(
          await guestWith({ imports: imported(name), memory: MEMORY, alloc }),
          {},
          1,
          1,
        );
        assert.deepEqual(Object.keys(stats.errors), ['GUEST_TRAP'], text);
      }
    });

    it(`to ${name} in shutdown fails only the shutdown`, async () => {
      for (const text of someCalls) {
        const shutdown = `(func (export "shutdown") (result i32) ${text} (i32.const 0))`;
        const guest = await guestWith({ imports: imported(name), memory: MEMORY, alloc: ALLOC, shutdown });
        const { pipeline } = piped(guest);
        await assert.rejects(pipeline.shutdown(), { code: 'GUEST_TRAP' }, text);
      }
    });

    for (const [where, fields] of [
      ['start', (text: string) => ({ start: `(func (export "start") (result i32) ${text} (i32.const 0))` })],
      ['_initialize', (text: string) => ({ more: `(func (export "_initialize") ${text})` })],
      [
        'get_supported_telemetry',
        (text: string) => ({
          more: `(func (export "get_supported_telemetry") (result i32) ${text} (i32.const 7))`,
        }),
      ],
      // Before there is any memory for the host to look at.
      ['the start section', (text: string) => ({ more: `(func $early ${text}) (start $early)` })],
    ] as const) {
      it(`to ${name} in ${where} fails the start`, async () => {
        for (const text of someCalls) {
          const guest = await guestWith({
            imports: imported(name),
            memory: MEMORY,
            alloc: ALLOC,
            ...fields(text),
          });
          assert.throws(
            () => piped(guest),
            (error: unknown) => error instanceof OtelWasmError && error.code === 'START_FAILED',
            text,
          );
        }
      });
    }
  }
});
