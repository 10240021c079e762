import assert from 'node:assert/strict';
import { readModule } from '../../src/wasm/module';
import { assemble } from '../support/guests';

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const sections = (...all: number[][]): Uint8Array =>
  Uint8Array.from([...HEADER, ...all.flatMap(([id, ...payload]) => [id, payload.length, ...payload])]);

describe('readModule', () => {
  it('reads imports and exports of every kind, with signatures', async () => {
    const { imports, exports } = readModule(
      await assemble(`(module
        (import "a" "f" (func $f (param i32 i64 f32 f64) (result i32)))
        (import "a" "t" (table 1 2 funcref))
        (import "a" "m" (memory 1 2))
        (import "a" "g" (global (mut i64)))
        (import "a" "e" (tag (param i32)))
        (func $own (param externref funcref v128))
        (export "f" (func $f)) (export "own" (func $own)) (export "m" (memory 0)) (export "t" (table 0)) (export "\\c3\\a9" (global 0)))`),
    );
    assert.deepEqual(imports, [
      {
        module: 'a',
        name: 'f',
        kind: 'function',
        signature: { parameters: ['i32', 'i64', 'f32', 'f64'], results: ['i32'] },
      },
      { module: 'a', name: 't', kind: 'table' },
      { module: 'a', name: 'm', kind: 'memory' },
      { module: 'a', name: 'g', kind: 'global' },
      { module: 'a', name: 'e', kind: 'tag' },
    ]);
    assert.deepEqual([...exports.keys()], ['f', 'own', 'm', 't', 'é']);
    assert.equal(exports.get('f')?.signature, imports[0].signature);
    assert.deepEqual(exports.get('own'), {
      name: 'own',
      kind: 'function',
      index: 1,
      signature: { parameters: ['externref', 'funcref', 'v128'], results: [] },
    });
    assert.deepEqual(exports.get('m'), { name: 'm', kind: 'memory', index: 0 });
  });

  it('reads the same as the engine', async () => {
    const bytes = await assemble(
      '(module (memory (export "toString") 1) (func (export "__proto__") (result i32) (i32.const 0)))',
    );
    const { exports } = readModule(bytes);
    assert.deepEqual(
      [...exports.values()].map(({ name, kind }) => ({ name, kind })),
      WebAssembly.Module.exports(new WebAssembly.Module(Uint8Array.from(bytes))),
    );
  });

  const broken: [string, Uint8Array, RegExp][] = [
    [
      'another version',
      Uint8Array.from([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]),
      /version 1 \(it begins with 00 61 73 6d 02/,
    ],
    ['a truncated header', Uint8Array.from(HEADER.slice(0, 7)), /magic number/],
    ['a truncated section', Uint8Array.from([...HEADER, 1, 5, 0]), /a length of 5 bytes exceeds/],
    ['a section without a size', Uint8Array.from([...HEADER, 1]), /ends too early/],
    ['a duplicate section', sections([5, 1, 0, 1], [5, 1, 0, 1]), /section 5 occurs twice/],
    [
      'an unterminated number',
      Uint8Array.from([...HEADER, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0]),
      /more than 32 bits/,
    ],
    [
      'a number of 33 bits',
      Uint8Array.from([...HEADER, 1, 0xff, 0xff, 0xff, 0xff, 0x1f]),
      /more than 32 bits/,
    ],
    ['a count beyond the bytes', sections([1, 0xff, 0x7f]), /a count of 16383 items exceeds/],
    ['a name that is not UTF-8', sections([7, 1, 1, 0xff, 0, 0]), /a name is not UTF-8/],
    [
      'an import of a type that does not exist',
      sections([2, 1, 0, 0, 0, 9]),
      /function type 9 does not exist/,
    ],
    ['an unknown kind', sections([7, 1, 0, 9, 0]), /unknown kind 9/],
    ['garbage-collected types', sections([1, 1, 0x5f, 1, 0x7f, 0]), /garbage-collected types/],
    ['a 64-bit memory', sections([5, 1, 4, 1]), /64-bit memory or table/],
    ['unknown flags of limits', sections([5, 1, 8, 1]), /flags 8/],
    [
      'exceptions of many values',
      sections([1, 1, 0x60, 17, ...new Array<number>(17).fill(0x7f), 0], [13, 1, 0, 0]),
      /exceptions have 17 values \(at most 16/,
    ],
    ['a tag of a type that does not exist', sections([13, 1, 0, 3]), /function type 3 does not exist/],
    ['a table of exceptions', sections([4, 1, 0x69, 0, 1]), /keeps exceptions/],
    ['a table of exceptions in the long form', sections([4, 1, 0x63, 0x69, 0, 1]), /keeps exceptions/],
    ['a global with an exception', sections([6, 1, 0x69, 1, 0xd0, 0x69, 0x0b]), /keeps exceptions/],
    [
      'another global with an exception',
      sections([6, 2, 0x7f, 0, 0x41, 0x0b, 0x0b, 0x63, 0x74, 1, 0xd0, 0x69, 0x0b]),
      /keeps exceptions/,
    ],
    ['an unterminated global', sections([6, 1, 0x7f, 0, 0x41]), /ends too early/],
    ['a table with an initial value', sections([4, 1, 0x40, 0, 0x70, 0, 1]), /initial value/],
  ];
  for (const [what, bytes, message] of broken) {
    it(`throws GUEST_INVALID with the offset: ${what}`, () => {
      assert.throws(() => readModule(bytes), { name: 'OtelWasmError', code: 'GUEST_INVALID', message });
      assert.throws(() => readModule(bytes), /at byte \d+/);
    });
  }
});
