import assert from 'node:assert/strict';
import { checkStructuralLimits, STRUCTURAL_LIMITS } from '../../src/sandbox';
import { readModule } from '../../src/wasm/module';
import { ModuleSections } from '../../src/wasm/sections';
import { leb128 } from '../../src/wasm/writer';
import { body, functionsOf, I32, list, moduleOf, section, times } from './binary';

const NOP = 0x01;
const EMPTY = Uint8Array.of(0x60, 0, 0);

const type = (parameters: number, results: number): Buffer =>
  Buffer.concat([
    Uint8Array.of(0x60, ...leb128(parameters)),
    times(parameters, I32),
    Uint8Array.of(...leb128(results)),
    times(results, I32),
  ]);

function check(module: Uint8Array): void {
  checkStructuralLimits(new ModuleSections(module), readModule(module));
}

describe('the structure of a module', () => {
  /** A module with so much of something, the limit of that, and what the error says of one more. */
  const cases: [what: string, module: (count: number) => Uint8Array, most: number, message: RegExp][] = [
    [
      'parameters of a type',
      count => moduleOf(list(1, EMPTY, type(count, 1))),
      STRUCTURAL_LIMITS.typeValues,
      /function type 1 has 65 parameters or results: the limit is 64/,
    ],
    [
      'results of a type',
      count => moduleOf(list(1, type(1, count))),
      STRUCTURAL_LIMITS.typeValues,
      /function type 0 has 65 parameters or results/,
    ],
    [
      'types',
      count => moduleOf(section(1, Uint8Array.from(leb128(count)), times(count, ...EMPTY))),
      1_000_000,
      /it has 1000001 items: at most 1000000 are allowed/,
    ],
    [
      'imports',
      count => moduleOf(section(2, Uint8Array.from(leb128(count)), times(count, 0, 0, 3, I32, 0))),
      1_000_000,
      /it has 1000001 items/,
    ],
    [
      'exports',
      count => moduleOf(section(7, Uint8Array.from(leb128(count)), times(count, 0, 3, 0))),
      1_000_000,
      /it has 1000001 items/,
    ],
    ['sections', count => moduleOf(times(count, 0, 2, 1, 0x61)), 2 ** 18, /it has more than 262144 sections/],
    [
      'functions',
      count => moduleOf(list(1, EMPTY), section(3, Uint8Array.from(leb128(count)), new Uint8Array(count))),
      STRUCTURAL_LIMITS.functions,
      /it has 262145 functions/,
    ],
    [
      'functions, also imported ones',
      count => {
        const imported = Uint8Array.of(1, 0x61, 1, 0x62, 0, 0);
        const declared = count - 2;
        return moduleOf(
          list(1, EMPTY),
          list(2, imported, imported),
          section(3, Uint8Array.from(leb128(declared)), new Uint8Array(declared)),
        );
      },
      STRUCTURAL_LIMITS.functions,
      /it has 262145 functions/,
    ],
    [
      'memories, also empty ones',
      count => moduleOf(section(5, Uint8Array.from(leb128(count)), times(count, 0, 0))),
      STRUCTURAL_LIMITS.memories,
      /it has 9 memories/,
    ],
    [
      'tables, also empty ones',
      count => moduleOf(section(4, Uint8Array.from(leb128(count)), times(count, 0x70, 0, 0))),
      STRUCTURAL_LIMITS.tables,
      /it has 65 tables/,
    ],
    [
      'locals of a function',
      count => functionsOf(body(0), body(count)),
      STRUCTURAL_LIMITS.locals,
      /function 1 has 50001 locals: the limit is 50000/,
    ],
    [
      'locals of a function, also in many groups',
      count => functionsOf(groups(count)),
      STRUCTURAL_LIMITS.locals,
      /function 0 has 50001 locals/,
    ],
    [
      'locals times bytes of code',
      // One byte is the end.
      count => functionsOf(body(2 ** 13, times(count - 1, NOP))),
      STRUCTURAL_LIMITS.localsTimesCodeBytes / 2 ** 13,
      /function 0 has 8192 locals and 1048577 bytes of code: the limit of their product is 8589934592/,
    ],
  ];
  for (const [what, module, most, message] of cases) {
    it(`has a limit of ${what}`, () => {
      check(module(most));
      assert.throws(() => check(module(most + 1)), { code: 'GUEST_INVALID', message });
    });
  }

  it('counts parameters among the locals', () => {
    const module = (locals: number) =>
      moduleOf(list(1, type(10, 0)), list(3, Uint8Array.of(0)), list(10, body(locals)));
    check(module(STRUCTURAL_LIMITS.locals - 10));
    assert.throws(() => check(module(STRUCTURAL_LIMITS.locals - 9)), {
      message: /function 0 has 50001 locals/,
    });
  });

  it('counts locals without overflow', () => {
    const many = Uint8Array.of(2, ...leb128(0xffff_ffff), I32, ...leb128(0xffff_ffff), I32, 0x0b);
    const module = functionsOf(Buffer.concat([Uint8Array.from(leb128(many.length)), many]));
    assert.throws(() => check(module), { message: /8589934590 locals/ });
  });
});

/** A function whose locals are declared one by one. */
function groups(count: number): Uint8Array {
  const content = Buffer.concat([Uint8Array.from(leb128(count)), times(count, 1, I32), Uint8Array.of(0x0b)]);
  return Buffer.concat([Uint8Array.from(leb128(content.length)), content]);
}
