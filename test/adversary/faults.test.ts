import assert from 'node:assert/strict';
import type { OtelWasmErrorCode } from '../../src';
import { captureDiag } from '../support/diagLines';
import { type GuestFields, guestWith } from '../support/guests';
import { attack, GRACE_MILLIS, LIMIT_MILLIS } from './attack';

const IMPORTS = `
  (import "opentelemetry.io/wasm" "set_result_traces" (func $set_result (param i32 i32)))
  (import "opentelemetry.io/wasm" "set_status_reason" (func $set_status_reason (param i32 i32)))
  (import "opentelemetry.io/wasm" "get_plugin_config" (func $get_plugin_config (param i32 i32) (result i32)))
  (import "opentelemetry.io/wasm" "log" (func $log (param i32 i32 i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))`;

/** 256 pages are 16 MiB, all that these guests may have. */
const WHOLE_MEMORY = '(memory (export "memory") 256)';

/** A subscription to the monotonic clock at 1024, due in an hour. */
const AN_HOUR = `(data (i32.const 1024) "\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\01\\00\\00\\00\\00\\00\\00\\00\\00\\a0\\b8\\30\\46\\03\\00\\00")`;

/** A vector at 2048 that says 8,192 times "x" stands at 65536. */
const VECTOR = `(data (i32.const 2048) "\\00\\00\\01\\00\\00\\20\\00\\00") ${filled('\\78')}`;

function filled(byte: string): string {
  return `(data (i32.const 65536) "${byte.repeat(8_192)}")`;
}

function consume(body: string, status = '(i32.const 0)'): string {
  return `(func (export "consume_traces") (param $pointer i32) (param $size i32) (result i32) (local $n i32) ${body} ${status})`;
}

function lifecycle(name: string, body: string): string {
  return `(func (export "${name}") ${name === 'alloc' ? '(param i32)' : ''} (result i32) ${body} (i32.const 0))`;
}

const again = (body: string): string => `(loop $again ${body} (br $again))`;
const times = (count: number, body: string): string =>
  `(loop $again ${body} (local.set $n (i32.add (local.get $n) (i32.const 1))) (br_if $again (i32.lt_u (local.get $n) (i32.const ${count}))))`;

/** What the guest does, and the error it is told by; without a code it does no harm. */
type Row = [what: string, code: OtelWasmErrorCode | undefined, fields: Partial<GuestFields>];

const CONSUMES: [what: string, code: OtelWasmErrorCode | undefined, body: string, more?: string][] = [
  ['traps', 'GUEST_TRAP', '(unreachable)'],
  ['divides by zero', 'GUEST_TRAP', '(drop (i32.div_u (i32.const 1) (i32.const 0)))'],
  ['reads beyond its memory', 'GUEST_TRAP', '(drop (i32.load (i32.const -4)))'],
  ['calls through an empty table', 'GUEST_TRAP', '(call_indirect (i32.const 0))', '(table 1 funcref)'],
  ['throws', 'GUEST_TRAP', '(throw $oops (i32.const 1))', '(tag $oops (param i32))'],
  ['recurses endlessly', 'GUEST_TRAP', '(call $deep)', '(func $deep (call $deep))'],
  [
    'recurses through 1,000 locals',
    'GUEST_TRAP',
    '(call $deep)',
    `(func $deep (local ${'i64 '.repeat(1_000)}) (call $deep))`,
  ],
  ['exits', 'GUEST_EXIT', '(call $proc_exit (i32.const 0))'],
  ['exits with a negative code', 'GUEST_EXIT', '(call $proc_exit (i32.const -1))'],
  ['spins', 'GUEST_TIMEOUT', again('')],
  ['spins by recursion', 'GUEST_TIMEOUT', again('(call $short)'), '(func $short)'],
  [
    'reads the clock endlessly',
    'GUEST_TIMEOUT',
    again('(drop (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 8)))'),
  ],
  [
    'reads its configuration endlessly',
    'GUEST_TIMEOUT',
    again('(drop (call $get_plugin_config (i32.const 8) (i32.const 64)))'),
  ],
  [
    'sleeps for an hour',
    'GUEST_TIMEOUT',
    '(drop (call $poll_oneoff (i32.const 1024) (i32.const 4096) (i32.const 1) (i32.const 8)))',
    AN_HOUR,
  ],
  [
    'requests random bytes endlessly',
    'GUEST_TIMEOUT',
    again('(drop (call $random_get (i32.const 0) (i32.const 1048576)))'),
  ],
  ['requests 4 GB of random bytes', undefined, '(drop (call $random_get (i32.const 0) (i32.const -1)))'],
  ['grows its memory endlessly', 'GUEST_TIMEOUT', again('(drop (memory.grow (i32.const 1)))')],
  [
    'grows its table endlessly',
    'GUEST_TIMEOUT',
    again('(drop (table.grow $t (ref.null func) (i32.const 1)))'),
    '(table $t 1 funcref)',
  ],
  ['logs endlessly', 'GUEST_TIMEOUT', again('(call $log (i32.const 2) (i32.const 65536) (i32.const 8192))')],
  [
    'logs at unknown levels',
    undefined,
    times(99, '(call $log (i32.sub (i32.const 50) (local.get $n)) (i32.const 65536) (i32.const 1))'),
  ],
  [
    'writes lines endlessly',
    'GUEST_TIMEOUT',
    again('(drop (call $fd_write (i32.const 1) (i32.const 2048) (i32.const 1) (i32.const 8)))'),
    VECTOR,
  ],
  [
    'writes newlines endlessly',
    'GUEST_TIMEOUT',
    again('(drop (call $fd_write (i32.const 2) (i32.const 2048) (i32.const 1) (i32.const 8)))'),
    `(data (i32.const 2048) "\\00\\00\\01\\00\\00\\20\\00\\00") ${filled('\\0a')}`,
  ],
  [
    'writes 100 MB',
    undefined,
    times(12_800, '(drop (call $fd_write (i32.const 1) (i32.const 2048) (i32.const 1) (i32.const 8)))'),
    VECTOR,
  ],
  [
    'returns garbage',
    'GUEST_OUTPUT',
    '(call $set_result (i32.const 65536) (i32.const 8192))',
    filled('\\ff'),
  ],
  [
    'returns its batch truncated',
    'GUEST_OUTPUT',
    '(call $set_result (local.get $pointer) (i32.sub (local.get $size) (i32.const 1)))',
  ],
  ['claims a result of 4 GB', 'GUEST_TRAP', '(call $set_result (i32.const 0) (i32.const -1))'],
  [
    'returns one byte beyond its memory',
    'GUEST_TRAP',
    '(call $set_result (i32.const 1048575) (i32.const 2))',
  ],
  [
    'returns its batch and overlapping suffixes of it',
    'GUEST_OUTPUT',
    '(call $set_result (local.get $pointer) (local.get $size)) (call $set_result (i32.add (local.get $pointer) (i32.const 1)) (i32.sub (local.get $size) (i32.const 1)))',
  ],
  [
    'returns empty results endlessly',
    'GUEST_TIMEOUT',
    again('(call $set_result (i32.const 0) (i32.const 0))'),
  ],
  [
    'returns single bytes endlessly',
    'GUEST_TIMEOUT',
    again('(call $set_result (i32.const 0) (i32.const 1))'),
  ],
  ['returns 1 MB endlessly', 'GUEST_OUTPUT', again('(call $set_result (i32.const 0) (i32.const 1048576))')],
  [
    'returns millions of empty resources',
    'GUEST_OUTPUT',
    times(3, '(call $set_result (i32.const 65536) (i32.const 983040))'),
    `(func $init (local $n i32) (loop $more (i32.store16 (i32.add (i32.const 65536) (local.get $n)) (i32.const 10)) (local.set $n (i32.add (local.get $n) (i32.const 2))) (br_if $more (i32.lt_u (local.get $n) (i32.const 983040))))) (start $init)`,
  ],
];

const ROWS: Row[] = [
  ...CONSUMES.map(([what, code, body, more = '']): Row => [
    what,
    code,
    { imports: IMPORTS, consume: consume(body), more },
  ]),
  [
    'sets a reason of 15 MB',
    'GUEST_STATUS',
    {
      imports: IMPORTS,
      memory: WHOLE_MEMORY,
      consume: consume('(call $set_status_reason (i32.const 0) (i32.const 15000000))', '(i32.const 1)'),
    },
  ],
  ['returns status -1', 'GUEST_STATUS', { consume: consume('', '(i32.const -1)') }],
  ['returns status 2^31', 'GUEST_STATUS', { consume: consume('', '(i32.const 0x80000000)') }],
  [
    'fills its memory endlessly',
    'GUEST_TIMEOUT',
    {
      memory: WHOLE_MEMORY,
      consume: consume(again('(memory.fill (i32.const 0) (i32.const 1) (i32.const 16777216))')),
    },
  ],
  [
    'fills its memory a thousand times in a row',
    'GUEST_TIMEOUT',
    {
      memory: WHOLE_MEMORY,
      consume: consume('(memory.fill (i32.const 0) (i32.const 1) (i32.const 16777216))'.repeat(1_000)),
    },
  ],
  [
    'fills its table a thousand times in a row',
    'GUEST_TIMEOUT',
    {
      more: '(table $t 500000 funcref)',
      consume: consume('(table.fill $t (i32.const 0) (ref.null func) (i32.const 500000))'.repeat(1_000)),
    },
  ],
  ['traps in alloc', 'GUEST_TRAP', { alloc: lifecycle('alloc', '(unreachable)') }],
  ['spins in alloc', 'GUEST_TIMEOUT', { alloc: lifecycle('alloc', again('')) }],
  [
    'exits in alloc',
    'GUEST_EXIT',
    { imports: IMPORTS, alloc: lifecycle('alloc', '(call $proc_exit (i32.const 3))') },
  ],
  ['returns 0 from alloc', 'ALLOC_FAILED', { alloc: lifecycle('alloc', '') }],
  ...['-1', '1048575', '1048576', '0x80000000'].map((pointer): Row => [
    `returns ${pointer} from alloc`,
    'GUEST_TRAP',
    { alloc: `(func (export "alloc") (param i32) (result i32) (i32.const ${pointer}))` },
  ]),
  ['spins in shutdown', undefined, { shutdown: lifecycle('shutdown', again('')) }],
  ['traps in shutdown', undefined, { shutdown: lifecycle('shutdown', '(unreachable)') }],
  [
    'exits in shutdown',
    undefined,
    { imports: IMPORTS, shutdown: lifecycle('shutdown', '(call $proc_exit (i32.const 1))') },
  ],
  ['fails in shutdown', undefined, { shutdown: '(func (export "shutdown") (result i32) (i32.const 7))' }],
];

/** Batches, and spans in each. A guest that is too slow costs the limit at each call: the short form calls one often. */
const sizeFor = ([what, code]: Row): [batches: number, spans: number] =>
  process.env.FULL_TESTS || code !== 'GUEST_TIMEOUT' || what === 'spins' ? [3, 4] : [1, 1];

const optionsFor = ([what, code]: Row): { guestTimeoutMillis?: number } => {
  if (code === 'GUEST_TIMEOUT') return { guestTimeoutMillis: LIMIT_MILLIS };
  // What comes before is in time.
  return what === 'spins in shutdown' ? { guestTimeoutMillis: 5 * LIMIT_MILLIS } : {};
};

describe('a guest that', () => {
  const lines = captureDiag();

  for (const row of ROWS) {
    const [what, code, fields] = row;
    it(`${what} ends in ${code ?? 'no error'}`, async () => {
      const { stats, sink, latestMillis } = await attack(
        await guestWith(fields),
        optionsFor(row),
        ...sizeFor(row),
      );
      if (code === undefined) {
        assert.deepEqual(stats.errors, {});
        assert.equal(sink.names.length, stats.itemsIn);
      } else {
        assert.deepEqual(
          Object.keys(stats.errors).filter(one => one !== 'GUEST_DOWN'),
          [code],
        );
        assert.deepEqual(sink.names, []);
        assert.ok(
          lines.some(line => line.startsWith('warn:') && line.includes(code)),
          lines.join('\n'),
        );
      }
      assert.ok(lines.length < 300 && lines.every(line => line.length < 60_000));
      const { guestTimeoutMillis = LIMIT_MILLIS } = optionsFor(row);
      assert.ok(latestMillis < guestTimeoutMillis + GRACE_MILLIS, `a timer came ${latestMillis} ms late`);
    });
  }
});

describe('a guest that logs 100 MB', () => {
  const lines = captureDiag();

  it('costs the app 200 lines per second over all instances', async () => {
    const flood = times(12_800, '(call $log (i32.const 2) (i32.const 65536) (i32.const 8192))');
    const fields = { imports: IMPORTS, consume: consume(`${flood} (unreachable)`), more: filled('\\78') };
    const start = performance.now();
    const { stats } = await attack(await guestWith(fields), { guestTimeoutMillis: 5_000 }, 1);
    const seconds = Math.ceil((performance.now() - start) / 1_000);
    assert.ok(stats.restarts >= 2, `${stats.restarts} restarts`);
    // One line in each second more says how many there were; errors and restarts have a few.
    assert.ok(
      lines.length >= 200 && lines.length < 210 * (seconds + 1),
      `${lines.length} lines in ${seconds} s`,
    );
  });
});

describe('a guest on a separate thread that', () => {
  const WORKER = new Set([
    'traps',
    'exits',
    'spins',
    'sleeps for an hour',
    'recurses endlessly',
    'logs endlessly',
    'claims a result of 4 GB',
    'returns garbage',
    'fills its memory endlessly',
    'spins in shutdown',
    'sets a reason of 15 MB',
  ]);
  const lines = captureDiag();

  for (const row of ROWS.filter(([what]) => WORKER.has(what))) {
    const [what, code, fields] = row;
    it(`${what} ends in ${code ?? 'no error'}`, async () => {
      const { stats } = await attack(
        await guestWith(fields),
        { isolation: 'worker', startTimeoutMillis: 5_000, ...optionsFor(row) },
        2,
        1,
      );
      assert.deepEqual(
        Object.keys(stats.errors).filter(one => one !== 'GUEST_DOWN'),
        code ? [code] : [],
      );
      if (code)
        assert.ok(
          lines.some(line => line.startsWith('warn:') && line.includes(code)),
          lines.join('\n'),
        );
    }).timeout(60_000);
  }
});
