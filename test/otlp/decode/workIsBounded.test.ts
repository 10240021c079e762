import assert from 'node:assert/strict';
import type { Signal } from '../../../src/abi/signal';
import { decodeLogs, decodeMetrics, decodeTraces, TooLargeToDecode } from '../../../src/otlp';
import { field, times } from '../../support/protobuf';

const decoders = { traces: decodeTraces, metrics: decodeMetrics, logs: decodeLogs };
const MESSAGES = 2 ** 12;

const alone = (item: Uint8Array): Uint8Array => field(1, field(2, field(2, item)));
const text = (length: number): Uint8Array => Buffer.alloc(length, 'a');

/** Items that take more than `MESSAGES` embedded messages do, and have few of them. */
const items: readonly [what: string, signal: Signal, item: Uint8Array][] = [
  ['fields of one number', 'traces', times(4 * MESSAGES, 0x50, 0)],
  ['unknown fields', 'traces', times(4 * MESSAGES, 0xf8, 0x07, 0)],
  ['empty texts', 'metrics', times(4 * MESSAGES, 0x0a, 0)],
  ['values in one AnyValue', 'logs', field(5, times(4 * MESSAGES, 0x10, 1))],
  ['bytes in one AnyValue', 'logs', field(5, times(MESSAGES, 0x3a, 0))],
  ['ids', 'logs', times(4 * MESSAGES, 0x4a, 0)],
  ['a long string', 'traces', field(5, text(128 * MESSAGES))],
  ['a long key', 'traces', field(9, field(1, text(16 * MESSAGES)))],
  ['a long trace state', 'traces', field(3, text(4 * MESSAGES))],
  [
    'links with trace states',
    'traces',
    Buffer.concat(new Array<Uint8Array>(64).fill(field(13, field(3, text(4 * 64))))),
  ],
  ['empty links', 'traces', times(MESSAGES / 2, 0x6a, 0)],
];

describe('the limit on messages and equal work of one decoding step:', () => {
  for (const [what, signal, item] of items) {
    it(what, () => {
      assert.throws(() => decoders[signal](alone(item), MESSAGES), TooLargeToDecode);
      assert.doesNotThrow(() => decoders[signal](alone(item), 2 * MESSAGES));
    });
  }
});
