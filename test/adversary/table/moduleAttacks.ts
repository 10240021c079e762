import { leb128 } from '../../../src/wasm/writer';
import { Random } from '../../fuzz/random';
import { body, END, list, moduleOf, section, times } from '../../sandbox/binary';
import { guest } from '../../support/guests';
import {
  binaryGuest,
  CALL,
  calls,
  FIRST,
  loops,
  many,
  nestedBlocks,
  plain,
  setsLocals,
  wide,
  ZERO,
} from './binaryGuests';
import type { AttackCase } from './attackCase';
import { consuming } from './textGuests';

/** Attacks on the compiler, the loader and memory, mostly by what the module is made of. */
export const MODULE_ATTACKS: readonly AttackCase[] = [
  // The engine's compiler.
  {
    what: 'compiler: loops among 50,000 locals (6 KB)',
    make: async () => binaryGuest({ bodies: [plain(loops(49_990, 2_000))], consume: calls(1) }),
  },
  {
    what: 'compiler: code of gigabytes out of a module of 100 KB',
    make: async () => binaryGuest({ bodies: [plain(loops(49_990, 30_000))], consume: calls(1) }),
  },
  {
    what: 'compiler: a hundred functions of loops among 1,000 locals',
    make: async () => binaryGuest({ bodies: many(100, plain(loops(1_000, 2_000))), consume: calls(100) }),
  },
  {
    what: 'compiler: loops in loops that change 1,000 locals',
    make: async () => binaryGuest({ bodies: [plain(setsLocals(1_000, 2_000))], consume: calls(1) }),
  },
  {
    what: 'compiler: 7 MB of straight code with 49,990 locals',
    make: async () =>
      binaryGuest({ bodies: [plain(body(49_990, times(2_300_000, ...ZERO, 0x1a)))], consume: calls(1) }),
  },
  {
    what: 'compiler: 7 MB of straight code without locals',
    make: async () =>
      binaryGuest({ bodies: [plain(body(0, times(2_300_000, ...ZERO, 0x1a)))], consume: calls(1) }),
  },
  {
    what: 'compiler: calls with 1,000 parameters (9 KB)',
    make: async () =>
      binaryGuest({
        types: [wide(1_000, 0)],
        bodies: [
          plain(body(0, times(4, ...times(1_000, ...ZERO), ...CALL(FIRST + 1)))),
          { type: 4, body: body(0) },
        ],
        consume: calls(1),
      }),
  },
  {
    what: 'compiler: calls with 64 results, kept on the stack',
    make: async () =>
      binaryGuest({
        types: [wide(0, 64)],
        bodies: [
          plain(body(0, times(2_000, ...CALL(FIRST + 1)), times(2_000, 0x03, 0x40, END), Uint8Array.of(0))),
          { type: 4, body: body(0, times(64, ...ZERO)) },
        ],
        consume: calls(1),
      }),
  },
  {
    what: 'compiler: br_table with 60,000 targets in a loop among 10,000 locals',
    make: async () =>
      binaryGuest({
        bodies: [
          plain(
            body(
              10_000,
              times(1_000, 0x02, 0x40),
              Buffer.from([...ZERO, 0x0e, ...leb128(60_000)]),
              Buffer.concat(
                Array.from({ length: 60_001 }, (_, target) => Uint8Array.from(leb128(target % 1_000))),
              ),
              times(1_000, END),
            ),
          ),
        ],
        consume: calls(1),
      }),
  },
  // The loader.
  {
    what: 'loader: 600 KB of nested blocks',
    make: async () => binaryGuest({ bodies: [plain(nestedBlocks(100_000))], consume: calls(1) }),
  },
  {
    what: 'loader: 1 MB of the smallest functions',
    make: async () => binaryGuest({ bodies: many(250_000, plain(body(0))), consume: new Uint8Array(0) }),
  },
  {
    what: 'loader: one million types',
    make: async () => moduleOf(section(1, Uint8Array.from(leb128(1_000_000)), times(1_000_000, 0x60, 0, 0))),
  },
  { what: 'loader: 20 MB in custom sections', make: async () => moduleOf(times(5_000_000, 0, 2, 1, 0x61)) },
  {
    what: 'loader: a start function that loops',
    make: () => consuming('', '(func $main (loop $l (br $l))) (start $main)'),
  },
  ...[1, 2, 3].map(seed => ({
    what: `loader: a module of random bytes, ${seed}`,
    make: async () => {
      const random = new Random(seed);
      return moduleOf(Uint8Array.from({ length: 100_000 }, () => random.below(256)));
    },
  })),
  // Memory outside of linear memory.
  {
    what: 'memory: 13,050 memories without a page',
    make: async () =>
      binaryGuest({
        bodies: [],
        consume: new Uint8Array(0),
        sections: () => ({ 5: section(5, Uint8Array.from(leb128(13_050)), times(13_050, 0, 0)) }),
      }),
  },
  {
    what: 'memory: a table of 250,000 functions, each looked at',
    make: async () => {
      const count = 250_000;
      const loop = Uint8Array.of(
        ...[0x03, 0x40, 0x20, 0, 0x25, 0, 0x1a, 0x20, 0, 0x41, 1, 0x6a, 0x22, 0, 0x41],
        ...[...leb128(count).slice(0, -1), leb128(count).at(-1)! & 0x3f],
        ...[0x48, 0x0d, 0, END],
      );
      return binaryGuest({
        bodies: many(count, plain(body(0))),
        consume: loop,
        sections: first => ({
          4: list(4, Uint8Array.of(0x70, 0, ...leb128(count))),
          9: list(
            9,
            Buffer.concat([
              Uint8Array.of(0, ...ZERO, END, ...leb128(count)),
              Buffer.concat(
                Array.from({ length: count }, (_, index) => Uint8Array.from(leb128(first + index))),
              ),
            ]),
          ),
        }),
      });
    },
  },
  { what: 'memory: grows without end', make: () => guest('growsForever') },
  {
    what: 'memory: touches all of it, each call',
    make: () =>
      consuming(
        '(drop (memory.grow (i32.const 3000))) (memory.fill (i32.const 0) (i32.const 1) (i32.mul (memory.size) (i32.const 65536)))',
      ),
  },
  {
    what: 'memory: a table of a million entries',
    make: () =>
      consuming(
        '(table.fill $t (i32.const 0) (ref.null func) (i32.const 1000000))',
        '(table $t 1000000 funcref)',
      ),
  },
];
