import assert from 'node:assert/strict';
import { SIGNALS } from '../../src/abi/signal';
import { otlpToJson } from '../../src/otlp/json';
import { Guest, loadModule } from '../assembly/harness';
import { type Codec, LogsData, MetricsData, TracesData } from '../assembly/otlp';
import { wasi } from '../assembly/wasi';
import { golden } from '../otlp/golden/golden';

/** A running stdout-exporter. */
function exporter(): Guest {
  const guest = new Guest(loadModule('stdout-exporter'), null, wasi);
  assert.equal(guest.start().status, 0);
  return guest;
}

/** The protobuf bytes of OTLP JSON, by protobufjs; ids are hexadecimal in OTLP JSON, which is all that sets it apart. */
function bytesOf(codec: Codec<unknown>, json: object): Uint8Array {
  const text = JSON.stringify(json, (key, value: unknown) =>
    /^(trace|span|parentSpan)Id$/.test(key) ? Buffer.from(value as string, 'hex').toString('base64') : value,
  );
  return codec.encode(codec.fromObject(JSON.parse(text) as object)).finish();
}

const TRACE_ID = '0123456789abcdef0123456789abcdef';
const SPAN_ID = 'fedcba9876543210';
const attributes = [
  { key: 'text', value: { stringValue: 'quote " back \\ line \n tab \t bell \u0007 ü 😀 </script>' } },
  { key: 'bool', value: { boolValue: false } },
  { key: 'int', value: { intValue: '-9223372036854775808' } },
  { key: 'double', value: { doubleValue: -1.25e-7 } },
  { key: 'nan', value: { doubleValue: 'NaN' } },
  { key: 'infinite', value: { doubleValue: '-Infinity' } },
  { key: 'list', value: { arrayValue: { values: [{ stringValue: '' }, { intValue: '0' }] } } },
  { key: 'map', value: { kvlistValue: { values: [{ key: 'k', value: { boolValue: true } }] } } },
  ...['', 'AA==', 'AAE=', 'AAEC', '//79+w=='].map(bytesValue => ({ key: bytesValue, value: { bytesValue } })),
];
const resource = { attributes, droppedAttributesCount: 4294967295 };
const scope = { name: 'scope', version: '1.2', attributes, droppedAttributesCount: 3 };
const exemplars = [
  { filteredAttributes: attributes, timeUnixNano: '5', asDouble: 0.5, spanId: SPAN_ID, traceId: TRACE_ID },
  { timeUnixNano: '6', asInt: '-7' },
];
const times = { startTimeUnixNano: '1', timeUnixNano: '18446744073709551615' };

const TRACES = {
  resourceSpans: [
    {
      resource,
      scopeSpans: [
        {
          scope,
          spans: [
            {
              traceId: TRACE_ID,
              spanId: SPAN_ID,
              traceState: 'a=b',
              parentSpanId: '00000000000000ff',
              flags: 257,
              name: 'GET /',
              kind: 2,
              startTimeUnixNano: '1544712660000000000',
              endTimeUnixNano: '1544712661000000001',
              attributes,
              droppedAttributesCount: 1,
              events: [
                { timeUnixNano: '1544712660300000000', name: 'e', attributes, droppedAttributesCount: 2 },
              ],
              droppedEventsCount: 3,
              links: [
                {
                  traceId: TRACE_ID,
                  spanId: SPAN_ID,
                  traceState: 'x=y',
                  attributes,
                  droppedAttributesCount: 4,
                  flags: 1,
                },
              ],
              droppedLinksCount: 5,
              status: { message: 'bad', code: 2 },
            },
            { name: 'second' },
          ],
          schemaUrl: 'scope-schema',
        },
        { scope: {} },
      ],
      schemaUrl: 'resource-schema',
    },
  ],
};

const METRICS = {
  resourceMetrics: [
    {
      resource,
      scopeMetrics: [
        {
          scope,
          metrics: [
            {
              name: 'gauge',
              description: 'd',
              unit: 'By',
              gauge: {
                dataPoints: [{ attributes, ...times, asInt: '-9007199254740993', exemplars, flags: 1 }],
              },
              metadata: attributes,
            },
            {
              name: 'sum',
              sum: {
                dataPoints: [{ ...times, asDouble: 1.5 }],
                aggregationTemporality: 2,
                isMonotonic: true,
              },
            },
            {
              name: 'histogram',
              histogram: {
                dataPoints: [
                  {
                    attributes,
                    ...times,
                    count: '3',
                    sum: 4.5,
                    bucketCounts: ['1', '0', '2'],
                    explicitBounds: [0.5, 10],
                    exemplars,
                    flags: 1,
                    min: 0.25,
                    max: 3,
                  },
                ],
                aggregationTemporality: 1,
              },
            },
            {
              name: 'exponential',
              exponentialHistogram: {
                dataPoints: [
                  {
                    attributes,
                    ...times,
                    count: '5',
                    sum: 9,
                    scale: -2,
                    zeroCount: '1',
                    positive: { offset: -3, bucketCounts: ['1', '2', '18446744073709551615'] },
                    negative: { offset: 4, bucketCounts: ['1'] },
                    flags: 1,
                    exemplars,
                    min: -1,
                    max: 8,
                    zeroThreshold: 0.001,
                  },
                ],
                aggregationTemporality: 2,
              },
            },
            {
              name: 'summary',
              summary: {
                dataPoints: [
                  {
                    attributes,
                    ...times,
                    count: '2',
                    sum: 3,
                    quantileValues: [{ quantile: 0.99, value: 2 }],
                    flags: 1,
                  },
                ],
              },
            },
          ],
          schemaUrl: 's',
        },
      ],
    },
  ],
};

const LOGS = {
  resourceLogs: [
    {
      resource,
      scopeLogs: [
        {
          scope,
          logRecords: [
            {
              timeUnixNano: '1',
              observedTimeUnixNano: '2',
              severityNumber: 17,
              severityText: 'ERROR',
              body: { kvlistValue: { values: attributes } },
              attributes,
              droppedAttributesCount: 1,
              flags: 1,
              traceId: TRACE_ID,
              spanId: SPAN_ID,
              eventName: 'event',
            },
            { body: { stringValue: 'plain' } },
          ],
        },
      ],
    },
  ],
};

describe('guest stdout-exporter (AssemblyScript)', () => {
  for (const [signal, codec, json] of [
    ['traces', TracesData, TRACES],
    ['metrics', MetricsData, METRICS],
    ['logs', LogsData, LOGS],
  ] as const) {
    it(`prints ${signal} as one line of OTLP JSON with every field of the protocol`, () => {
      const guest = exporter();
      const { status, reason, results } = guest.consume(signal, bytesOf(codec, json));
      assert.equal(status, 0, reason);
      assert.deepEqual(results, []);
      assert.match(guest.stdout, /^[^\n]+\n$/);
      assert.deepEqual(JSON.parse(guest.stdout), json);
    });
  }

  for (const signal of SIGNALS) {
    it(`prints every field of ${signal} in the schema`, () => {
      const guest = exporter();
      const { status, reason } = guest.consume(signal, golden(signal));
      assert.equal(status, 0, reason);
      assert.deepEqual(JSON.parse(guest.stdout), otlpToJson(signal, golden(signal)));
    });
  }

  it('prints one line per batch, in order, without growing memory', () => {
    const guest = exporter();
    const bytes = bytesOf(TracesData, TRACES);
    for (let i = 0; i < 10; i++) guest.consume('traces', bytes);
    assert.equal(guest.stdout.trimEnd().split('\n').length, 10);
    const before = guest.memory.buffer.byteLength;
    for (let i = 0; i < 2_000; i++) guest.consume('traces', bytes);
    assert.equal(guest.memory.buffer.byteLength, before);
  });

  it('prints nothing of a malformed batch and fails with a reason', () => {
    const guest = exporter();
    const { status, reason } = guest.consume('traces', bytesOf(TracesData, TRACES).subarray(0, -3));
    assert.equal(status, 1);
    assert.match(reason ?? '', /^malformed OTLP/);
    assert.equal(guest.stdout, '');
  });

  it('accepts an empty batch', () => {
    const guest = exporter();
    guest.consume('logs', new Uint8Array(0));
    assert.equal(guest.stdout, '{}\n');
  });
});
