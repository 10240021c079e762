import { guest } from '../../support/guests';
import type { AttackCase } from './attackCase';
import { consuming, MILLION, WASI, writing } from './textGuests';

/** Attacks by what a guest does in a call: time and system calls. */
export const CALL_ATTACKS: readonly AttackCase[] = [
  { what: 'time: a loop', make: () => guest('loopsInConsume') },
  { what: 'time: a loop in alloc', make: () => guest('loopsInAlloc') },
  { what: 'time: a loop in start()', make: () => guest('loopsInStart') },
  { what: 'time: a loop in shutdown()', make: () => guest('loopsInShutdown') },
  { what: 'time: sleeps for ever', make: () => guest('sleepsForever') },
  {
    what: 'time: fills 64 MiB again and again',
    make: () => consuming('(loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 67108864)) (br $l))'),
  },
  {
    what: 'time: a recursion that doubles',
    make: () =>
      consuming(
        '(call $f (i32.const 60))',
        '(func $f (param i32) (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))) (call $f (i32.sub (local.get 0) (i32.const 1))))))',
      ),
  },
  { what: 'wasi: writes lines without end', make: () => writing(64) },
  {
    what: 'wasi: writes empty lines without end, to the app',
    make: () => writing(1),
    app: { takesOutput: true },
  },
  {
    what: 'wasi: writes a line of 60 MiB, to the app',
    make: () => writing(60 * MILLION, ''),
    app: { takesOutput: true },
  },
  {
    what: 'wasi: asks for the time without end',
    make: () =>
      consuming(
        '(loop $l (drop (call $wasi (i32.const 1) (i64.const 0) (i32.const 0))) (br $l))',
        '',
        WASI('clock_time_get', 'i32 i64 i32'),
      ),
  },
  {
    what: 'wasi: asks for 64 MiB of random bytes without end',
    make: () =>
      consuming(
        '(loop $l (drop (call $wasi (i32.const 0) (i32.const 67108864))) (br $l))',
        '',
        WASI('random_get', 'i32 i32'),
      ),
  },
];
