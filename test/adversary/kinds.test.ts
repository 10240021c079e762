import assert from 'node:assert/strict';
import { createWasi } from '../../src/wasi';
import { checkStructure, decodeMetrics } from '../../src/otlp';
import { leb128 } from '../../src/wasm/writer';
import { LinearMemory } from '../../src/wasm/memory';
import { owned } from '../../src/abi';
import { encodeFrame, FrameReader } from '../../src/runner/process/frames';
import { readMessage } from '../../src/runner/process/readMessage';

const MEBIBYTE = 2 ** 20;
const REALTIME = 0;

/** A field of this number and wire type 2. */
function field(number: number, content: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of((number << 3) | 2, ...leb128(content.length)), content]);
}

/** Metrics with one data point, which is in field `kind` of the metric. */
const metric = (kind: number, point: Uint8Array): Buffer =>
  field(1, field(2, field(2, field(kind, field(1, point)))));

describe('numbers in lists', () => {
  const inLists = /numbers in lists/;
  const elements: [what: string, bytes: (count: number) => Buffer, message?: RegExp][] = [
    ['exponential buckets, packed', count => metric(10, field(8, field(2, Buffer.alloc(count))))],
    [
      'exponential buckets, one by one',
      count => metric(10, field(8, Buffer.alloc(2 * count, Uint8Array.of(0x10, 1)))),
      /^more than 4194304 fields/, // Each is a field, and the limit of fields is lower.
    ],
    ['buckets', count => metric(9, field(6, Buffer.alloc(8 * count)))],
    ['bounds', count => metric(9, field(7, Buffer.alloc(8 * count)))],
  ];
  for (const [what, bytes, message = inLists] of elements) {
    it(`of more than 8 million are not decoded: ${what}`, () => {
      const few = bytes(1_000);
      decodeMetrics(few);
      const before = process.memoryUsage().heapUsed;
      assert.throws(() => decodeMetrics(bytes(2 ** 23 + 1)), { code: 'DECODE', message });
      assert.ok(process.memoryUsage().heapUsed - before < 512 * MEBIBYTE);
    });
  }

  it('are counted over all lists of a payload', () => {
    const half = metric(10, field(8, field(2, Buffer.alloc(2 ** 22 + 1))));
    decodeMetrics(half);
    assert.throws(() => decodeMetrics(Buffer.concat([half, half])), { code: 'DECODE' });
  }).timeout(20_000);
});

describe('the check of items', () => {
  const bombs: [what: string, bytes: Buffer][] = [
    ['64 million packed numbers', metric(10, field(8, field(2, Buffer.alloc(60 * MEBIBYTE))))],
    [
      '30 million unknown fields in an item',
      field(1, field(2, field(2, Buffer.alloc(60 * MEBIBYTE, Uint8Array.of(0x78, 0))))),
    ],
    ['30 million empty attributes', metric(10, Buffer.alloc(60 * MEBIBYTE, Uint8Array.of(0x0a, 0)))],
  ];
  for (const [what, bytes] of bombs) {
    it(`ends early: ${what}`, () => {
      const before = process.cpuUsage();
      assert.throws(() => checkStructure('metrics', bytes, 'items'), { code: 'DECODE' });
      const { user, system } = process.cpuUsage(before);
      assert.ok(user + system < 2e6, `${(user + system) / 1e3} ms`);
    }).timeout(20_000);
  }
});

describe('what a process says that is not in its own hands any more', () => {
  const RAW = '\u001b[2J\n\u202etext';

  it('is one line of printable text, of a bounded length', () => {
    const none = owned(new Uint8Array(0));
    const log = { header: { kind: 'log', level: 'info', text: RAW }, ...none };
    assert.throws(() => readMessage(log), { code: 'GUEST_OUTPUT' });
    const error = { code: 'GUEST_TRAP', message: RAW.repeat(100_000) };
    const ended = readMessage({ header: { kind: 'not_started', error }, ...none });
    const { message } = (ended as { error: { message: string } }).error;
    assert.doesNotMatch(message, /[\p{Cc}\p{Zl}\p{Bidi_Control}]/u);
    assert.ok(message.length < 1_000_000);
  });

  it('is in no error about it, nor in the cause', () => {
    const frame = encodeFrame({});
    const forged = Buffer.concat([frame.subarray(0, 8), Buffer.from('\u001b')]);
    forged.writeUInt32LE(1, 0);
    try {
      new FrameReader(100, 100).push(forged);
      assert.fail('it is no JSON');
    } catch (error) {
      for (let one = error as Error | undefined; one !== undefined; one = one.cause as Error | undefined)
        assert.doesNotMatch(`${one.message} ${one.stack?.replaceAll('\n', '')}`, /\p{Cc}/u);
    }
  });

  it('is copied once, in pieces: the last chunk of a large frame takes no longer than the others', () => {
    const reader = new FrameReader(100, 64 * MEBIBYTE);
    const frame = encodeFrame({ kind: 'consumed' }, new Uint8Array(64 * MEBIBYTE).fill(7));
    const chunk = 65_536;
    reader.push(frame.subarray(0, frame.length - chunk));
    const before = process.cpuUsage();
    const [{ bytes }] = reader.push(frame.subarray(frame.length - chunk));
    const { user, system } = process.cpuUsage(before);
    // Copying all of it takes 30.
    assert.ok(user + system < 20_000, `${(user + system) / 1e3} ms`);
    assert.deepEqual([bytes.length, bytes[0], bytes[bytes.length - 1]], [64 * MEBIBYTE, 7, 7]);
  });
});

describe("an app's clock that is not the system's", () => {
  for (const [now, nanos] of [
    [1_700_000_000_000.5, 1_700_000_000_000_000_000n],
    [NaN, 0n],
    [Infinity, 0n],
    [-1.5, BigInt.asUintN(64, -2_000_000n)],
  ] as const) {
    it(`tells a guest the time and throws nothing: ${now}`, () => {
      const memory = new LinearMemory();
      memory.attach(new WebAssembly.Memory({ initial: 1 }));
      const { imports } = createWasi({}, { memory, writeLine: () => undefined });
      const own = Date.now;
      Date.now = () => now;
      try {
        assert.equal(imports.clock_time_get(REALTIME, 0n, 8), 0);
      } finally {
        Date.now = own;
      }
      assert.equal(memory.view.getBigUint64(8, true), nanos);
    });
  }
});
