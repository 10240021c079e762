import assert from 'node:assert/strict';
import { leb128 } from '../../src/wasm/writer';
import { withFuel } from './fuel/instantiated';

const I32 = 0x7f;
const OP = {
  unreachable: [0x00],
  nop: [0x01],
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  if: [0x04, 0x40],
  end: [0x0b],
  branchIf: [0x0d, 0],
  drop: [0x1a],
  zero: [0x41, 0],
  /** Of a function that takes and returns nothing, and of one that returns a thousand values. */
  call: [0x10, 1],
  callForValues: [0x10, 2],
};
const VALUES = 1_000;

const times = (count: number, ...code: number[][]): number[] =>
  new Array<number[]>(count).fill(code.flat()).flat();
const set = (local: number): number[] => [...OP.zero, 0x21, ...leb128(local)];
const branchTable = (targets: number): number[] => [
  ...OP.zero,
  0x0e,
  ...leb128(targets - 1),
  ...new Array<number>(targets).fill(0),
];

const section = (id: number, ...content: number[]): number[] => [id, ...leb128(content.length), ...content];
const body = (...code: number[]): number[] => [...leb128(code.length), ...code];

/** A module whose first function has so many locals and this code. */
function moduleOf(locals: number, code: number[]): Uint8Array {
  const module = bytesOf(locals, code);
  assert.ok(WebAssembly.validate(module));
  return module;
}

function bytesOf(locals: number, code: number[]): Uint8Array<ArrayBuffer> {
  const values = new Array<number>(VALUES).fill(I32);
  const functions = [
    body(1, ...leb128(locals), I32, ...code, ...OP.end),
    body(0, ...OP.end),
    body(0, ...OP.unreachable, ...OP.end),
  ];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 2, 0x60, 0, 0, 0x60, 0, ...leb128(VALUES), ...values),
    ...section(3, 3, 0, 0, 1),
    ...section(5, 1, 0, 1),
    ...section(10, 3, ...functions.flat()),
  ]);
}

function load(module: Uint8Array): void {
  assert.ok(WebAssembly.validate(withFuel(module)));
}

describe('a function that is hard to compile', () => {
  /** What is run, and a little more, which is not. */
  const cases: Record<string, [locals: number, code: (count: number) => number[], most: number]> = {
    'loops among many locals': [50_000, count => times(count, OP.loop, OP.end), 41],
    'loops in loops': [50_000, count => [...times(count, OP.loop), ...times(count, OP.end)], 41],
    'both sides of conditions': [50_000, count => times(count, OP.zero, OP.if, OP.end), 20],
    branches: [50_000, count => [...OP.block, ...times(count, OP.zero, OP.branchIf), ...OP.end], 40],
    'targets of a br_table': [1_000, count => [...OP.block, ...branchTable(count), ...OP.end], 2_096],
    calls: [50_000, count => times(count, OP.call), 41],
    'loops with values on the stack': [
      0,
      count => [...times(5_000, OP.zero), ...times(count, OP.loop, OP.end), ...times(5_000, OP.drop)],
      419,
    ],
    'loops with the values of a call on the stack': [
      0,
      count => [...OP.callForValues, ...times(count, OP.loop, OP.end), ...OP.unreachable],
      2_097,
    ],
    'loops in loops that change many locals': [
      1_000,
      count => [
        ...times(count, OP.loop),
        ...Array.from({ length: 1_000 }, (_, local) => set(local)).flat(),
        ...times(count, OP.end),
      ],
      261,
    ],
  };
  for (const [name, [locals, code, most]] of Object.entries(cases)) {
    it(`is refused: ${name}`, () => {
      load(moduleOf(locals, code(most)));
      assert.throws(() => load(moduleOf(locals, code(most + 1))), {
        code: 'GUEST_INVALID',
        message: /^function 0 would take engines too long, or too much memory, to compile: \d+ blocks/,
      });
    });
  }

  it('is known by blocks without a type too, also where that has more bytes than it needs', () => {
    const block = [0x02, 0xc0, 0x7f];
    const code = (count: number) => [...times(count, block, OP.zero, OP.branchIf, OP.end)];
    load(moduleOf(50_000, code(20)));
    assert.throws(() => load(moduleOf(50_000, code(21))), { code: 'GUEST_INVALID' });
  });

  it('is known by what a try_table catches, whether this engine knows that or not', () => {
    const code = (clauses: number) => [
      ...[0x1f, 0x40, ...leb128(clauses), ...times(clauses, [2, 0])],
      ...OP.end,
    ];
    // Two bytes for each clause, and four more.
    withFuel(bytesOf(50_000, code(18)));
    assert.throws(() => withFuel(bytesOf(50_000, code(20))), { code: 'GUEST_INVALID' });
  });

  it('is none if that is never reached, or not on the stack any more', () => {
    const loops = times(5_000, OP.loop, OP.end);
    load(moduleOf(0, [...times(5_000, OP.zero), ...OP.unreachable, ...loops]));
    load(moduleOf(0, [...times(5_000, OP.zero, OP.drop), ...loops]));
    load(moduleOf(0, [...OP.block, ...times(5_000, OP.zero), ...OP.unreachable, ...OP.end, ...loops]));
  });

  it('is none if it is only large', () => {
    const statement = times(1, set(1), OP.block, OP.zero, OP.branchIf, OP.call, OP.end);
    load(moduleOf(20, times(6_000, statement)));
  });
});
