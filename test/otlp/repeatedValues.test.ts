import assert from 'node:assert/strict';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { decodeTraces, encodeTraces } from '../../src/otlp';

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

describe('values that repeat', () => {
  it('come out as they went in, whatever the key had before', () => {
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
      fc.constantFrom(0, -0, 1, 200, -1, 0.5, NaN, 2 ** 31, 2 ** 40, true, false),
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

  it('tell 0 from -0', () => {
    const key = `key.${keys++}`;
    const values = [0, 0, 0, -0, -0, 0];
    const decoded = decodeTraces(encodeTraces(values.map(one => span(key, one))));
    decoded.forEach(({ attributes }, index) => assert.ok(Object.is(attributes[key], values[index])));
  });
});
