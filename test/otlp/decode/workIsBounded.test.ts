import assert from 'node:assert/strict';
import type { Signal } from '../../../src/abi/signal';
import { decodeLogs, decodeMetrics, decodeTraces, TooMuchAtOnce } from '../../../src/otlp';
import { varintSize } from '../../../src/otlp/wire';

const decoders = { traces: decodeTraces, metrics: decodeMetrics, logs: decodeLogs };
const MESSAGES = 2 ** 12;

/** A field with its length. */
function embedded(tag: number, content: Uint8Array): Uint8Array {
  const size = Array.from(
    { length: varintSize(content.length) },
    (_, at) =>
      (Math.floor(content.length / 2 ** (7 * at)) % 128) | (at + 1 < varintSize(content.length) ? 128 : 0),
  );
  return Buffer.concat([Uint8Array.of(tag, ...size), content]);
}
const alone = (item: Uint8Array): Uint8Array => embedded(0x0a, embedded(0x12, embedded(0x12, item)));
const times = (count: number, ...bytes: number[]): Uint8Array =>
  Buffer.alloc(count * bytes.length, Uint8Array.from(bytes));
const text = (length: number): Uint8Array => Buffer.alloc(length, 'a');

/** Items that take more than `MESSAGES` embedded messages do, and have few of them. */
const items: readonly [what: string, signal: Signal, item: Uint8Array][] = [
  ['fields of one number', 'traces', times(4 * MESSAGES, 0x50, 0)],
  ['unknown fields', 'traces', times(4 * MESSAGES, 0xf8, 0x07, 0)],
  ['empty texts', 'metrics', times(4 * MESSAGES, 0x0a, 0)],
  ['values in one AnyValue', 'logs', embedded(0x2a, times(4 * MESSAGES, 0x10, 1))],
  ['bytes in one AnyValue', 'logs', embedded(0x2a, times(MESSAGES, 0x3a, 0))],
  ['ids', 'logs', times(4 * MESSAGES, 0x4a, 0)],
  ['a long text', 'traces', embedded(0x2a, text(128 * MESSAGES))],
  ['a long key', 'traces', embedded(0x4a, embedded(0x0a, text(16 * MESSAGES)))],
  ['a long trace state', 'traces', embedded(0x1a, text(4 * MESSAGES))],
  [
    'links with trace states',
    'traces',
    Buffer.concat(new Array<Uint8Array>(64).fill(embedded(0x6a, embedded(0x1a, text(4 * 64))))),
  ],
  ['empty links', 'traces', times(MESSAGES / 2, 0x6a, 0)],
];

describe('decoding at most so many messages, or what takes as long:', () => {
  for (const [what, signal, item] of items) {
    it(what, () => {
      assert.throws(() => decoders[signal](alone(item), MESSAGES), TooMuchAtOnce);
      assert.doesNotThrow(() => decoders[signal](alone(item), 2 * MESSAGES));
    });
  }
});
