import type { Signal } from '../../../src/abi';
import { leb128 } from '../../../src/wasm/writer';
import type { Role } from './roles';
import { Random } from '../../fuzz/random';
import { body, END, I32, list, moduleOf, section, times } from '../../sandbox/binary';
import { assemble, guest, guestWith } from '../../support/guests';

/** A guest that is made for an attack, and what it is about. */
export interface Shape {
  readonly what: string;
  readonly make: () => Promise<Uint8Array>;
  /** How the app uses it, where that is not the simplest way. */
  readonly app?: AppSetup;
}

/** How an app uses a guest. */
export interface AppSetup {
  /** @default 'traces' */
  readonly signal?: Signal;
  /** Where results go: nowhere as bytes, to an exporter of the SDK, which has them decoded, or as JSON to a closed port, or to a
   * consumer that takes its time, while batches come all at once. */
  readonly sink?: 'bytes' | 'sdk' | 'json' | 'slow';
  readonly checkOutput?: 'items';
  /** Whether the app takes lines of stdout one by one. */
  readonly takesOutput?: boolean;
  /** What runs on what it returned: the guest itself, twice or nine times, or one that traps. */
  readonly before?: 'itself' | 'nine' | 'traps';
  /** Whether small results wait for each other, as those of full batches do in a span processor. */
  readonly isCoalesced?: boolean;
  /** What the app uses the guest as. @default a processor */
  readonly role?: Role;
  /** Batches that the app sends at once. @default 1, one after the other */
  readonly batches?: number;
  /**
   * Of results, what SECURITY.md lets be there at once in the app's memory.
   * @default 64
   */
  readonly pendingMebibytes?: number;
  /**
   * How late the app's event loop may be.
   * @default 50
   */
  readonly lateMillis?: number;
}

const ZERO = [0x41, 0];
const CALL = (index: number): number[] => [0x10, ...leb128(index)];
const name = (text: string): number[] => [text.length, ...Buffer.from(text)];

/** Functions of a guest that has these besides its own; `types` come behind `() -> ()`, `bodies` behind the ABI's. */
interface Extra {
  readonly types?: readonly Uint8Array[];
  readonly bodies: readonly { readonly type: number; readonly body: Uint8Array }[];
  /** What `consume_traces` does before it succeeds. */
  readonly consume: Uint8Array;
  readonly sections?: (firstIndex: number) => Readonly<Record<number, Uint8Array>>;
}

/** Index of the first function that is not the ABI's. */
export const FIRST = 5;

/** A guest in the binary format, of code that would be too long as text. */
function binaryGuest({ types = [], bodies, consume, sections }: Extra): Uint8Array {
  const [none, toStatus, alloc, consuming] = [0, 1, 2, 3];
  const own = [
    { type: none, body: body(0) },
    { type: toStatus, body: body(0, Uint8Array.from(ZERO)) },
    { type: toStatus, body: body(0, Uint8Array.from(ZERO)) },
    { type: alloc, body: body(0, Uint8Array.of(0x41, ...leb128(1024), 0x41, 0, 0x6a)) },
    { type: consuming, body: body(0, consume, Uint8Array.from(ZERO)) },
  ];
  const all = [...own, ...bodies];
  const more = sections?.(FIRST) ?? {};
  const has = (id: number): Uint8Array[] => (more[id] === undefined ? [] : [more[id]]);
  return moduleOf(
    list(
      1,
      Uint8Array.of(0x60, 0, 0),
      Uint8Array.of(0x60, 0, 1, I32),
      Uint8Array.of(0x60, 1, I32, 1, I32),
      Uint8Array.of(0x60, 2, I32, I32, 1, I32),
      ...types,
    ),
    section(
      3,
      Uint8Array.from(leb128(all.length)),
      Buffer.concat(all.map(({ type }) => Uint8Array.from(leb128(type)))),
    ),
    ...has(4),
    more[5] ?? list(5, Uint8Array.of(0, 16)),
    list(
      7,
      Buffer.from([...name('memory'), 2, 0]),
      Buffer.from([...name('abi_version_v1'), 0, 0]),
      Buffer.from([...name('start'), 0, 1]),
      Buffer.from([...name('shutdown'), 0, 2]),
      Buffer.from([...name('alloc'), 0, 3]),
      Buffer.from([...name('consume_traces'), 0, 4]),
    ),
    ...has(9),
    section(10, Uint8Array.from(leb128(all.length)), Buffer.concat(all.map(one => one.body))),
  );
}

const many = <T>(count: number, one: T): T[] => new Array<T>(count).fill(one);
const plain = (content: Uint8Array): { type: number; body: Uint8Array } => ({ type: 0, body: content });
const calls = (count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => Uint8Array.from(CALL(FIRST + index))));
/** A type of that many i32. */
const wide = (parameters: number, results: number): Buffer =>
  Buffer.concat([
    Uint8Array.of(0x60, ...leb128(parameters)),
    times(parameters, I32),
    Uint8Array.from(leb128(results)),
    times(results, I32),
  ]);

const nestedBlocks = (count: number): Buffer =>
  body(0, times(count, 0x02, 0x40), times(count, ...ZERO, 0x0d, 0x80, 0x01, END));
const loops = (locals: number, count: number): Buffer => body(locals, times(count, 0x03, 0x40, END));
const setsLocals = (locals: number, count: number): Buffer =>
  body(
    locals,
    times(count, 0x03, 0x40),
    Buffer.concat(
      Array.from({ length: locals }, (_, local) => Uint8Array.of(...ZERO, 0x21, ...leb128(local))),
    ),
    times(count, END),
  );

const consuming = (does: string, more = '', imports = '', signal: Signal = 'traces'): Promise<Uint8Array> =>
  guestWith({
    imports: `(import "otelwasm" "log" (func $log (param i32 i32 i32)))
      (import "otelwasm" "set_result_${signal}" (func $result (param i32 i32))) ${imports}`,
    memory: '(memory (export "memory") 1100)',
    consume: `(func (export "consume_${signal}") (param i32 i32) (result i32) ${does} (i32.const 0))`,
    more,
  });

const stored = (bytes: readonly number[]): string =>
  bytes.map((byte, at) => `(i32.store8 (i32.const ${at}) (i32.const ${byte}))`).join('\n');

/**
 * Some bytes, a power of two, written over 64 MiB of memory and returned; `header`, a multiple of their size, is put over
 * the beginning.
 */
const returning = (
  bytes: readonly number[],
  size?: number,
  header?: readonly number[],
  signal?: Signal,
): Promise<Uint8Array> => consuming(result(bytes, size, header), '', '', signal);
const result = (bytes: readonly number[], size = 2 ** 26, header: readonly number[] = []): string =>
  `${stored(bytes)}
  (local.set 0 (i32.const ${bytes.length}))
  (loop $more (memory.copy (local.get 0) (i32.const 0) (local.get 0))
    (br_if $more (i32.lt_u (local.tee 0 (i32.shl (local.get 0) (i32.const 1))) (i32.const ${2 ** 25 + 1}))))
  ${stored(header)}
  (call $result (i32.const 0) (i32.const ${size}))`;

/** The beginnings of so many messages, each the only one in the one before, in a payload of `size` bytes. */
const headers = (size: number, ...tags: number[]): number[] =>
  tags.flatMap((tag, index) => {
    const content = size - 5 * (index + 1);
    return [
      tag,
      (content & 0x7f) | 0x80,
      ((content >> 7) & 0x7f) | 0x80,
      ((content >> 14) & 0x7f) | 0x80,
      content >> 21,
    ];
  });
const MILLION = 2 ** 20;
/** Bytes of as many fields of two bytes as the envelopes of a result can have. */
const MANY = 2 ** 19;
const SDK: AppSetup = { sink: 'sdk' };

/** Results of logs and metrics, as those of traces are. */
const ofSignal = (
  signal: Signal,
  what: string,
  bytes: readonly number[],
  size: number,
  ...tags: number[]
): Shape => ({
  what: `output: ${what} for an exporter of the SDK`,
  make: () => returning(bytes, size, headers(size, ...tags), signal),
  app: { signal, sink: 'sdk' },
});
const WASI = (name: string, parameters: string): string =>
  `(import "wasi_snapshot_preview1" "${name}" (func $wasi (param ${parameters}) (result i32)))`;
/** Writes `size` bytes of memory to stdout, without end or once. */
const writing = (size: number, end: '' | '(br $l)' = '(br $l)'): Promise<Uint8Array> =>
  consuming(
    `(memory.fill (i32.const 64) (i32.const 120) (i32.const ${size - 1})) (i32.store8 (i32.const ${63 + size}) (i32.const 10))
     (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const ${size}))
     (loop $l (drop (call $wasi (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) ${end})`,
    '',
    WASI('fd_write', 'i32 i32 i32 i32'),
  );

/** What a guest does in other functions than `consume_traces`. */
const emitting = (does: string, imports = ''): Promise<Uint8Array> =>
  consuming('', `(func (export "start_traces_receiver") (local i32) ${does})`, imports);
const collecting = (does: string): Promise<Uint8Array> =>
  guestWith({
    imports: '(import "otelwasm" "set_result_metrics" (func $result (param i32 i32)))',
    memory: '(memory (export "memory") 1100)',
    more: `(func (export "collect_metrics") (result i32) (local i32) ${does} (i32.const 0))`,
  });

/** In the app's process a guest may take its time limit for a call; the largest steps between two looks at the clock. */
const DIRECT_MILLIS = 250 + 100;
/** Of 2,048 spans that wait to be exported, with 64 KiB each at most. */
const ON_SPANS: readonly Shape[] = [
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

export const SHAPES: readonly Shape[] = [
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
  { what: 'memory: grows without end', make: () => guest('growsWithoutEnd') },
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
  // Time.
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
  // What it says.
  {
    what: 'output: logs without end',
    make: () => consuming('(loop $l (call $log (i32.const 2) (i32.const 0) (i32.const 60000)) (br $l))'),
  },
  { what: 'output: 64 MiB of zeros', make: () => returning([0]) },
  { what: 'output: 32 million empty resources', make: () => returning([0x0a, 0]) },
  { what: 'output: 32 million unknown fields', make: () => returning([0x78, 0]) },
  { what: 'output: more than 64 MiB', make: () => returning([0], 2 ** 26 + 1) },
  {
    what: 'output: 260,000 spans for an exporter of the SDK',
    make: () => returning([0x12, 0], MANY, headers(MANY, 0x0a, 0x12)),
    app: SDK,
  },
  {
    // A name of one byte and attributes without key and value.
    what: 'output: a span of a million attributes for an exporter of the SDK',
    make: () => returning([0x4a, 0], 2 * MILLION, [...headers(2 * MILLION, 0x0a, 0x12, 0x12), 0x2a, 1, 0x61]),
    app: SDK,
  },
  {
    what: 'output: 64 MiB for an exporter of the SDK',
    make: () => returning([0, 0x0a], 2 ** 26, headers(2 ** 26, 0x0a, 0x12)),
    app: SDK,
  },
  {
    what: 'output: a span of 131,000 links with trace states for an exporter of the SDK',
    // Of 512 bytes each: a tag and a length, twice, and 506 bytes of members.
    make: () =>
      returning(
        [0x6a, 0xfd, 0x03, 0x1a, 0xfa, 0x03, ...Buffer.from('a=b,'.repeat(127).slice(0, 506))],
        2 ** 26,
        [
          ...headers(2 ** 26, 0x0a, 0x12, 0x12),
          // The rest of the first 512 bytes is a name.
          ...[0x2a, 0xee, 0x03, ...times(494, 0x61)],
        ],
      ),
    app: SDK,
  },
  {
    what: 'output: a span of 32 million fields for an exporter of the SDK',
    make: () => returning([0x50, 0], 2 ** 26, [...headers(2 ** 26, 0x0a, 0x12, 0x12), 0x2a, 1, 0x61]),
    app: SDK,
  },
  {
    what: 'output: a span with a name of 64 MiB for an exporter of the SDK',
    make: () => returning([0xc3, 0xa9], 2 ** 26, [...headers(2 ** 26, 0x0a, 0x12, 0x12, 0x2a)]),
    app: SDK,
  },
  {
    what: 'output: spans in an envelope of 63 MiB for an exporter of the SDK',
    // The schema URL goes to the last 600,000 bytes, which are spans.
    make: () =>
      returning([0x12, 0], 2 ** 26, [
        ...headers(2 ** 26, 0x0a, 0x12),
        ...[0x1a, ...leb128(2 ** 26 - 15 - 600_000)],
      ]),
    app: SDK,
  },
  ofSignal('logs', '260,000 log records', [0x12, 0], MANY, 0x0a, 0x12),
  ofSignal('logs', 'a log record of a million attributes', [0x32, 0], 2 * MILLION, 0x0a, 0x12, 0x12),
  ofSignal('logs', 'a body of a million values', [0x0a, 0], 2 * MILLION, 0x0a, 0x12, 0x12, 0x2a, 0x2a),
  ofSignal('logs', 'a body of 64 MiB', [0xc3, 0xa9], 2 ** 26, 0x0a, 0x12, 0x12, 0x2a, 0x0a),
  ofSignal('metrics', '260,000 data points', [0x0a, 0], MANY, 0x0a, 0x12, 0x12, 0x2a),
  ofSignal('metrics', '260,000 metrics', [0x12, 0], MANY, 0x0a, 0x12),
  ofSignal('metrics', '64 million buckets', [0], 2 ** 26, 0x0a, 0x12, 0x12, 0x52, 0x0a, 0x42, 0x12),
  {
    what: 'output: 260,000 spans, through three guests, for an exporter of the SDK',
    make: () => returning([0x12, 0], MANY, headers(MANY, 0x0a, 0x12)),
    app: { sink: 'sdk', before: 'itself' },
  },
  {
    what: 'chain: 64 MiB, through three guests',
    make: () => returning([0x0a, 0], 2 ** 26, headers(2 ** 26, 0x0a, 0x12, 0x12, 0x2a)),
    app: { before: 'itself', pendingMebibytes: 2 * 64 },
  },
  {
    what: 'chain: 64 MiB for each of six batches, through three guests, and the next consumer is slow',
    make: () => returning([0x0a, 0], 2 ** 26, headers(2 ** 26, 0x0a, 0x12, 0x12, 0x2a)),
    app: { before: 'itself', sink: 'slow', batches: 6, pendingMebibytes: 3 * 2 * 64 },
  },
  { what: 'chain: ten guests that loop', make: () => guest('loopsInConsume'), app: { before: 'nine' } },
  {
    what: 'chain: 64 MiB of small spans, before a guest that traps',
    make: () =>
      returning([0x12, 0xfd, 0x03, 0x2a, 0xfa, 0x03, ...times(506, 0x61)], 2 ** 26, [
        ...headers(2 ** 26, 0x0a, 0x12),
        0x1a,
        0xf3,
        0x03,
        ...times(499, 0x61),
      ]),
    app: { before: 'traps', pendingMebibytes: 64 + 2 * 80 },
  },
  {
    what: 'chain: spans in an envelope of 63 MiB, before a guest that traps',
    make: () =>
      returning([0x12, 0], 2 ** 26, [
        ...headers(2 ** 26, 0x0a, 0x12),
        ...[0x1a, ...leb128(2 ** 26 - 15 - 100_000)],
      ]),
    app: { before: 'traps', pendingMebibytes: 64 + 2 * 80 },
  },
  {
    what: 'output: 64 MiB for each of twelve batches, and the next consumer is slow',
    make: () => returning([0xc3, 0xa9], 2 ** 26, headers(2 ** 26, 0x0a, 0x12, 0x12, 0x2a)),
    app: { sink: 'slow', batches: 12, pendingMebibytes: 2 * 64 },
  },
  {
    what: 'output: one span of 60 MiB for each batch, which others wait for',
    make: () => returning([0xc3, 0xa9], 2 ** 26, headers(2 ** 26, 0x0a, 0x12, 0x12, 0x2a)),
    app: { isCoalesced: true },
  },
  {
    what: 'output: 260,000 spans as JSON',
    make: () => returning([0x12, 0], MANY, headers(MANY, 0x0a, 0x12)),
    app: { sink: 'json' },
  },
  {
    what: 'output: a span of a million events as JSON',
    make: () => returning([0x5a, 0], 2 * MILLION, headers(2 * MILLION, 0x0a, 0x12, 0x12)),
    app: { sink: 'json' },
  },
  {
    what: 'output: a name of 4 MiB of control characters as JSON',
    make: () => returning([1], 4 * MILLION, headers(4 * MILLION, 0x0a, 0x12, 0x12, 0x2a)),
    app: { sink: 'json' },
  },
  {
    what: 'output: 4 million attributes, all of them checked',
    make: () => returning([0x4a, 0], 8 * MILLION, headers(8 * MILLION, 0x0a, 0x12, 0x12)),
    app: { checkOutput: 'items' },
  },
  {
    what: 'output: a name of 64 MiB, checked',
    make: () => returning([0xc3, 0xa9], 2 ** 26, headers(2 ** 26, 0x0a, 0x12, 0x12, 0x2a)),
    app: { checkOutput: 'items' },
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
  { what: 'output: garbage', make: () => guest('garbles') },
  { what: 'faults: traps', make: () => guest('traps') },
  { what: 'faults: overflows its stack', make: () => guest('overflowsStack') },
  { what: 'faults: exits', make: () => guest('exits') },
  { what: 'faults: is no guest', make: () => assemble('(module)') },
];
