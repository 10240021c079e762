import assert from 'node:assert/strict';
import { checkStructure, decodeMetrics } from '../../src/otlp';
import { field } from '../support/protobuf';

const MEBIBYTE = 2 ** 20;

/** Metrics with one data point, which is in field `kind` of the metric. */
const metric = (kind: number, point: Uint8Array): Uint8Array =>
  field(1, field(2, field(2, field(kind, field(1, point)))));

describe('numbers in lists', () => {
  const inLists = /numbers in lists/;
  const elements: [what: string, bytes: (count: number) => Uint8Array, message?: RegExp][] = [
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
    it(`beyond 8 million are not decoded: ${what}`, () => {
      const few = bytes(1_000);
      decodeMetrics(few);
      const before = process.memoryUsage().heapUsed;
      assert.throws(() => decodeMetrics(bytes(2 ** 23 + 1)), { code: 'DECODE', message });
      assert.ok(process.memoryUsage().heapUsed - before < 512 * MEBIBYTE);
    });
  }

  it('count over all lists of a payload', () => {
    const half = metric(10, field(8, field(2, Buffer.alloc(2 ** 22 + 1))));
    decodeMetrics(half);
    assert.throws(() => decodeMetrics(Buffer.concat([half, half])), { code: 'DECODE' });
  }).timeout(20_000);
});

describe('the check of items', () => {
  const bombs: [what: string, bytes: Uint8Array][] = [
    ['64 million packed numbers', metric(10, field(8, field(2, Buffer.alloc(60 * MEBIBYTE))))],
    [
      '30 million unknown fields in an item',
      field(1, field(2, field(2, Buffer.alloc(60 * MEBIBYTE, Uint8Array.of(0x78, 0))))),
    ],
    ['30 million empty attributes', metric(10, Buffer.alloc(60 * MEBIBYTE, Uint8Array.of(0x0a, 0)))],
  ];
  for (const [what, bytes] of bombs) {
    it(`stops early: ${what}`, () => {
      const before = process.cpuUsage();
      assert.throws(() => checkStructure('metrics', bytes, 'items'), { code: 'DECODE' });
      const { user, system } = process.cpuUsage(before);
      assert.ok(user + system < 2e6, `${(user + system) / 1e3} ms`);
    }).timeout(20_000);
  }
});
