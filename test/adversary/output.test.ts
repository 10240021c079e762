import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { OtelWasmError } from '../../src';
import { checkStructure, decodeLogs, decodeMetrics, decodeTraces } from '../../src/otlp';
import { createSdkExporterSink, decodedSpans } from '../../src/sink';
import { captureDiag } from '../support/diagLines';
import { guest, guestWith } from '../support/guests';
import { field } from '../support/protobuf';
import { names, tracesOf } from '../support/spans';
import { balance, piped, recordingSink } from '../pipeline/piped';
import { attack } from './attack';
import { owned } from '../../src/abi';

const MEBIBYTE = 2 ** 20;

function repeated(pair: readonly number[], bytes: number): Uint8Array {
  return Buffer.alloc(bytes, Uint8Array.from(pair));
}

/** A value of that many lists in each other. */
function nested(depth: number): Uint8Array {
  let value: Uint8Array = Uint8Array.of(0x10, 1);
  for (let level = 0; level < depth; level++) value = field(5, field(1, value));
  return value;
}

const span = (content: Uint8Array): Uint8Array => field(1, field(2, field(2, content)));
const MANY = 16 * MEBIBYTE;

describe('a bomb of OTLP bytes', () => {
  const bombs: [what: string, bytes: () => Uint8Array][] = [
    ['8 million empty resources', () => repeated([0x0a, 0], MANY)],
    ['8 million unknown fields', () => repeated([0x78, 0], MANY)],
    ['8 million empty spans', () => field(1, field(2, repeated([0x12, 0], MANY)))],
    ['8 million empty events', () => span(repeated([0x5a, 0], MANY))],
    ['8 million empty links', () => span(repeated([0x6a, 0], MANY))],
    ['8 million empty attributes', () => span(repeated([0x4a, 0], MANY))],
    ['8 million elements of a list', () => span(field(9, field(2, field(5, repeated([0x0a, 0], MANY)))))],
    ['values nested 10,000 deep', () => span(field(9, field(2, nested(10_000))))],
  ];
  for (const [what, bytes] of bombs) {
    it(`is rejected by the check or decoder before it fills the heap: ${what}`, () => {
      const payload = bytes();
      const before = process.memoryUsage().heapUsed;
      const start = performance.now();
      for (const read of [checkStructure.bind(undefined, 'traces'), decodeTraces]) {
        try {
          read(payload);
        } catch (error) {
          assert.ok(error instanceof OtelWasmError && error.code === 'DECODE', String(error));
          break;
        }
      }
      assert.ok(performance.now() - start < 10_000);
      assert.ok(process.memoryUsage().heapUsed - before < 1_000 * MEBIBYTE);
    }).timeout(30_000);
  }

  it('is rejected for logs and metrics too', () => {
    const payload = field(1, field(2, repeated([0x12, 0], MANY)));
    for (const signal of ['logs', 'metrics'] as const)
      assert.throws(() => checkStructure(signal, payload), { code: 'DECODE' });
    assert.throws(() => decodeLogs(payload), { code: 'DECODE' });
    assert.throws(() => decodeMetrics(payload), { code: 'DECODE' });
  }).timeout(30_000);

  it('does not stop what apps send: 100,000 spans at once', () => {
    const one = field(2, field(5, Buffer.from('name')));
    checkStructure('traces', field(1, field(2, Buffer.concat(new Array<Uint8Array>(100_000).fill(one)))));
  });
});

describe('odd spans from a guest', () => {
  it('with ids of any length and every other byte changed are exported or rejected, and counted', async () => {
    // Changes one byte of its batch, each time another, and hands it on.
    const corrupting = await guestWith({
      imports: '(import "otelwasm" "set_result_traces" (func $set_result (param i32 i32)))',
      consume: `(func (export "consume_traces") (param $p i32) (param $s i32) (result i32) (local $at i32)
        (global.set $calls (i32.add (global.get $calls) (i32.const 7)))
        (local.set $at (i32.add (local.get $p) (i32.rem_u (global.get $calls) (local.get $s))))
        (i32.store8 (local.get $at) (i32.add (i32.load8_u (local.get $at)) (global.get $calls)))
        (call $set_result (local.get $p) (local.get $s)) (i32.const 0))`,
      more: '(global $calls (mut i32) (i32.const 0))',
    });
    let exported = 0;
    const sink = createSdkExporterSink(
      'traces',
      {
        export: (spans: unknown[], callback: (result: { code: number }) => void) => {
          exported += spans.length;
          callback({ code: 0 });
        },
        shutdown: () => Promise.resolve(),
      },
      decodedSpans,
    );
    const { pipeline } = piped(corrupting, {}, { ...recordingSink(), ...sink });
    for (let batch = 0; batch < 300; batch++) await pipeline.send(owned(tracesOf(...names(3))));
    await pipeline.shutdown();
    const { before, after } = balance(pipeline.stats);
    assert.equal(before, after, JSON.stringify(pipeline.stats));
    assert.equal(exported, pipeline.stats.itemsOut);
  });

  it('in an envelope of megabytes do not copy the envelope for each item', async () => {
    // 1,000 spans in an envelope of 4 MB through a guest that has room for none.
    const envelope = field(
      1,
      Buffer.concat([field(2, repeated([0x12, 0], 2_000)), field(3, Buffer.alloc(4 * MEBIBYTE, 97))]),
    );
    const { pipeline } = piped(await guest('allocReturnsZero'));
    const memory = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().arrayBuffers - memory)), 1);
    await pipeline.send(owned(envelope));
    clearInterval(timer);
    assert.equal(pipeline.stats.itemsFailed.ALLOC_FAILED, 1_000);
    assert.ok(peak < 400 * MEBIBYTE, `${peak / MEBIBYTE} MB`);
  }).timeout(30_000);
});

describe('text from a guest', () => {
  const lines = captureDiag();

  it('cannot forge lines, control a terminal or change the text direction', async () => {
    // "a", newline, escape, "[2J", CR, a C1 control, LINE SEPARATOR, RIGHT-TO-LEFT OVERRIDE
    const text = '(data (i32.const 4096) "a\\0a\\1b[2J\\0d\\c2\\9b\\e2\\80\\a8\\e2\\80\\ae")';
    await attack(
      await guestWith({
        imports: `(import "otelwasm" "log" (func $log (param i32 i32 i32)))
          (import "otelwasm" "set_status_reason" (func $reason (param i32 i32)))
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))`,
        more: `${text} (data (i32.const 2048) "\\00\\10\\00\\00\\0f\\00\\00\\00")`,
        consume: `(func (export "consume_traces") (param i32 i32) (result i32)
          (call $log (i32.const 2) (i32.const 4096) (i32.const 15))
          (call $reason (i32.const 4096) (i32.const 15))
          (drop (call $write (i32.const 1) (i32.const 2048) (i32.const 1) (i32.const 8)))
          (i32.const 1))`,
      }),
    );
    assert.ok(
      lines.some(line => line.endsWith('a\\n\\u001b[2J\\u000d\\u009b\\u2028\\u202e')),
      lines.join('\n'),
    );
    assert.ok(lines.some(line => line.includes('GUEST_STATUS')));
    for (const line of lines) assert.doesNotMatch(line, /[\p{Cc}\p{Zl}\p{Bidi_Control}]/u);
  });
});
