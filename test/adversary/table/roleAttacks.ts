import { body } from '../../sandbox/binary';
import { assemble, guest } from '../../support/guests';
import { binaryGuest, calls, loops, many, plain } from './binaryGuests';
import type { AppSetup, AttackCase } from './attackCase';
import {
  collecting,
  consuming,
  emitting,
  headers,
  MANY,
  MILLION,
  result,
  returning,
  stored,
  WASI,
} from './textGuests';

/** In the app's process a guest may take its time limit for a call; the largest steps between two looks at the clock. */
const DIRECT_MILLIS = 250 + 100;
/** Of 2,048 spans that wait to be exported, with 64 KiB each at most. */
const ON_SPANS: readonly AttackCase[] = [
  { what: 'a loop', make: () => guest('loopsInConsume') },
  { what: 'traps', make: () => guest('traps') },
  {
    what: 'logs without end',
    make: () => consuming('(loop $l (call $log (i32.const 2) (i32.const 0) (i32.const 60000)) (br $l))'),
  },
  { what: '64 MiB of zeros', make: () => returning([0]) },
  ...[63 * 1024, 8 * MILLION].map(size => ({
    what: `${size} bytes of text on each span`,
    make: () => returning([0x61], size, headers(size, 0x0a, 0x12, 0x12, 0x4a, 0x12, 0x0a)),
    app: { pendingMebibytes: 72 + 128 },
  })),
  ...[800, 60_000].map(size => ({
    what: `${size / 2} links on each span`,
    make: () => returning([0x6a, 0], size, headers(size, 0x0a, 0x12, 0x12)),
    app: { pendingMebibytes: 72 + 128 },
  })),
  {
    what: 'a span of 32 million fields',
    make: () => returning([0x50, 0], 2 ** 26, headers(2 ** 26, 0x0a, 0x12, 0x12)),
  },
];
/** Two instances with 72 MiB, and a result three times. */
const RECEIVED: AppSetup = { role: 'receiver', lateMillis: 100, pendingMebibytes: 2 * 72 + 3 * 64 };
/** An instance with 72 MiB, and a result twice until the garbage collector comes. */
const DIRECT_MEBIBYTES = 72 + 2 * 64;
const METRICS: AppSetup = {
  role: 'metrics',
  lateMillis: DIRECT_MILLIS,
  pendingMebibytes: DIRECT_MEBIBYTES,
};

/** Attacks in the other roles, and by a file that changes. */
export const ROLE_ATTACKS: readonly AttackCase[] = [
  ...(['sampler', 'mutator'] as const).flatMap(role =>
    ON_SPANS.map(({ what, make, app }) => ({
      what: `${role}: ${what}`,
      make,
      app: { pendingMebibytes: DIRECT_MEBIBYTES, ...app, role, lateMillis: DIRECT_MILLIS },
    })),
  ),
  { what: 'metrics: a loop', make: () => collecting('(loop $l (br $l))'), app: METRICS },
  { what: 'metrics: 64 MiB of zeros', make: () => collecting(result([0])), app: METRICS },
  {
    what: 'metrics: 260,000 data points',
    make: () => collecting(result([0x0a, 0], MANY, headers(MANY, 0x0a, 0x12, 0x12, 0x2a))),
    app: METRICS,
  },
  {
    what: 'metrics: a name of 64 MiB',
    make: () => collecting(result([0xc3, 0xa9], 2 ** 26, headers(2 ** 26, 0x0a, 0x12, 0x12, 0x0a))),
    app: METRICS,
  },
  { what: 'receiver: a loop', make: () => emitting('(loop $l (br $l))'), app: RECEIVED },
  {
    what: 'receiver: logs without end',
    make: () => emitting('(loop $l (call $log (i32.const 2) (i32.const 0) (i32.const 60000)) (br $l))'),
    app: RECEIVED,
  },
  {
    what: 'receiver: emits one span without end',
    make: () =>
      emitting(
        `${stored([0x0a, 4, 0x12, 2, 0x12, 0])} (loop $l (call $result (i32.const 0) (i32.const 6)) (br $l))`,
      ),
    app: RECEIVED,
  },
  {
    what: 'receiver: emits 260,000 spans without end',
    make: () =>
      emitting(
        `(loop $l ${result([0x12, 0], MANY, headers(MANY, 0x0a, 0x12)).replaceAll('$more', '$m')} (br $l))`,
      ),
    app: RECEIVED,
  },
  {
    what: 'receiver: emits 64 MiB of zeros without end',
    make: () => emitting(`(loop $l (call $result (i32.const 0) (i32.const ${2 ** 26})) (br $l))`),
    app: RECEIVED,
  },
  {
    what: 'receiver: writes empty lines without end, to the app',
    make: () =>
      emitting(
        `(i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 1)) (i32.store8 (i32.const 64) (i32.const 10))
         (loop $l (drop (call $wasi (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br $l))`,
        WASI('fd_write', 'i32 i32 i32 i32'),
      ),
    app: RECEIVED,
  },
  {
    what: 'reload: to loops among 50,000 locals',
    make: async () => binaryGuest({ bodies: [plain(loops(49_990, 2_000))], consume: calls(1) }),
    app: { role: 'reload' },
  },
  {
    what: 'reload: to 1 MB of the smallest functions',
    make: async () => binaryGuest({ bodies: many(250_000, plain(body(0))), consume: new Uint8Array(0) }),
    app: { role: 'reload' },
  },
  {
    what: 'reload: to a start function that loops',
    make: () => consuming('', '(func $main (loop $l (br $l))) (start $main)'),
    app: { role: 'reload' },
  },
  { what: 'reload: to 64 MiB of zeros', make: () => returning([0]), app: { role: 'reload' } },
  { what: 'reload: to a loop', make: () => guest('loopsInConsume'), app: { role: 'reload' } },
  { what: 'reload: to no guest', make: () => assemble('(module)'), app: { role: 'reload' } },
];
