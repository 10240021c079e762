import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { decodeTraces, encodeTraces } from '../../../src/otlp';
import { otlpFromJson } from '../../../src/otlp/json';

const resource: Resource = decodeTraces(Uint8Array.of(10, 4, 18, 2, 18, 0))[0].resource;

let keys = 0;

/** A span that has the attribute, and so has its event, and a map in an attribute of that. */
function span(key: string, value: unknown): ReadableSpan {
  return {
    ...{ name: 'span', kind: 0, startTime: [1, 2], endTime: [3, 4], duration: [2, 2] },
    spanContext: () => ({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }),
    ...{ status: { code: 0 }, links: [], ended: true, resource, instrumentationScope: { name: 'scope' } },
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
    attributes: { [key]: value } as ReadableSpan['attributes'],
    events: [
      {
        ...{ name: 'event', time: [1, 0] },
        attributes: { [key]: value, nested: { [key]: value } } as ReadableSpan['attributes'],
      },
    ],
  };
}

describe('repeated values', () => {
  it('decode to what was encoded, whatever the key held before', () => {
    const value = fc.oneof(
      fc.constantFrom(
        'GET',
        'PUSH',
        'POST',
        'some text 1',
        'some text 2',
        'ä',
        '200',
        '',
        'x'.repeat(40),
        'x'.repeat(41),
        'y'.repeat(300),
      ),
      fc.constantFrom(0, 1, 200, -1, 0.5, NaN, 2 ** 31, 2 ** 40, true, false),
    );
    const runs = fc.array(fc.tuple(value, fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(runs, given => {
        const key = `key.${keys++}`;
        const values = given.flatMap(([one, times]) => new Array<unknown>(times).fill(one));
        const decoded = decodeTraces(encodeTraces(values.map(one => span(key, one))));
        decoded.forEach(({ attributes, events }, index) => {
          const [{ attributes: inEvent }] = events;
          assert.deepEqual([attributes[key], inEvent?.[key]], [values[index], values[index]]);
          assert.deepEqual((inEvent?.nested as Record<string, unknown> | undefined)?.[key], values[index]);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('distinguish 0 from -0, which other senders write as a double', () => {
    const key = `key.${keys++}`;
    const values = [0, 0, 0, -0, -0, 0];
    const attributesOf = (value: number) => [
      { key, value: Object.is(value, -0) ? { doubleValue: value } : { intValue: '0' } },
    ];
    const spans = values.map(value => ({ name: 'span', attributes: attributesOf(value) }));
    const decoded = decodeTraces(otlpFromJson('traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] }));
    decoded.forEach(({ attributes }, index) => assert.ok(Object.is(attributes[key], values[index])));
  });

  it('decode to what was encoded when their bytes are those of a NaN, at any offset', () => {
    // 16,368 to 16,383 end with 0x7f behind 0xf0 and more.
    const nearby = Array.from({ length: 20 }, (_, i) => 16_366 + i);
    for (let length = 1; length <= 8; length++) {
      for (const value of [...nearby, ...nearby.map(one => one * 128 + 5)]) {
        const key = `${'k'.repeat(length)}${keys++ % 10}${value}`.slice(0, length + 5);
        const decoded = decodeTraces(encodeTraces(new Array(4).fill(span(key, value))));
        for (const { attributes } of decoded) assert.equal(attributes[key], value);
      }
    }
  });

  it('are not cached when they are long', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const heapBytes = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const length = 4_000_000;
    const before = heapBytes();
    for (let i = 0; i < 20; i++) {
      const text = String.fromCharCode(0x61 + i).repeat(length);
      assert.equal(decodeTraces(encodeTraces([span(`key.${keys++}`, text)])).length, 1);
    }
    assert.ok(heapBytes() - before < 4 * length);
  });

  it('may follow a key of any length', () => {
    for (const length of [40, 100, 101, 700_001, 700_005]) {
      const key = '\u20ac'.repeat(length);
      assert.deepEqual(decodeTraces(encodeTraces([span(key, 1)]))[0].attributes, { [key]: 1 });
    }
  });
});

describe('repeated values from a guest', () => {
  const field = (tag: number, content: readonly number[]) => [tag, content.length, ...content];
  const text = (value: string) => field(0x0a, [...Buffer.from(value)]);
  const double = (value: number) => [0x21, ...new Uint8Array(Float64Array.of(value).buffer)];
  /** The content of AnyValues, well-formed but mostly odd. */
  const anyValues: Record<string, readonly number[]> = {
    ...{ GET: text('GET'), PUT: text('PUT'), nothing: [], emptyText: text(''), bool: [0x10, 1] },
    ...{ zero: [0x18, 0], overlongZero: [0x18, 0x80, 0x80, 0], zeroDouble: double(0), minusZero: double(-0) },
    ...{ notANumber: double(NaN), one: [0x18, 1], overlongOne: [0x18, 0x81, 0x80, 0], oneDouble: double(1) },
    ...{ unknownField: field(0x7a, [1, 2, 3]), textAndUnknown: [...text('GET'), ...field(0x7a, [1])] },
    ...{ twoTexts: [...text('PUT'), ...text('GET')], textThenArray: [...text('GET'), 0x2a, 0] },
    ...{ arrayThenText: [0x2a, 0, ...text('GET')], overlongText: [0x0a, 0x83, 0, ...Buffer.from('GET')] },
    ...{ malformedText: [0x0a, 4, 0xff, 0xfe, 0x41, 0x80], bytes: field(0x3a, [1, 2, 3]) },
  };
  const names = Object.keys(anyValues);
  const value = (name: string) => field(0x12, anyValues[name]);

  /** The attributes of a span whose one attribute has this KeyValue. */
  const attributes = (keyValue: readonly number[]) =>
    decodeTraces(Uint8Array.from(field(0x0a, field(0x12, field(0x12, field(0x4a, keyValue))))))[0].attributes;

  it('decode to their bytes, whatever came before them', () => {
    // Too short a key for anything to be remembered by.
    const expected = (given: readonly string[]) => attributes([...text('k'), ...given.flatMap(value)]).k;
    const keyValue = fc.record({
      // What an unknown field alone means depends on the value before it.
      given: fc.array(fc.constantFrom(...names, ...new Array<string>(8).fill('unknownField')), {
        maxLength: 3,
      }),
      keyPlace: fc.nat(3),
      behind: fc.constantFrom([], field(0x7a, [9, 9])),
      times: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(keyValue, { minLength: 1, maxLength: 20 }), all => {
        const key = `key.${keys++}`;
        for (const { given, keyPlace, behind, times } of all) {
          const fields = given.map(value);
          fields.splice(keyPlace, 0, text(key));
          for (let i = 0; i < times; i++)
            assert.deepEqual(attributes([...fields.flat(), ...behind]), { [key]: expected(given) });
        }
      }),
      { numRuns: 300 },
    );
  });
});
