import type { Signal } from '../../../src/abi';
import { leb128 } from '../../../src/wasm/writer';
import { times } from '../../sandbox/binary';
import { guest } from '../../support/guests';
import type { AppSetup, AttackCase } from './attackCase';
import { consuming, headers, MANY, MILLION, returning } from './textGuests';

const SDK: AppSetup = { sink: 'sdk' };

/** Results of logs and metrics, as those of traces are. */
const ofSignal = (
  signal: Signal,
  what: string,
  bytes: readonly number[],
  size: number,
  ...tags: number[]
): AttackCase => ({
  what: `output: ${what} for an exporter of the SDK`,
  make: () => returning(bytes, size, headers(size, ...tags), signal),
  app: { signal, sink: 'sdk' },
});

/** Attacks by what a guest returns, and on a chain of guests. */
export const RESULT_ATTACKS: readonly AttackCase[] = [
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
];
