/** Batches of OTLP JSON in which each field that holds a text has one, and each kind of value is there. */
import type { Signal } from '../../src/abi';

const value = (): object => ({
  kvlistValue: {
    values: [
      { key: 'list', value: { arrayValue: { values: [{ stringValue: 't' }, { bytesValue: 'dA==' }] } } },
      { key: 'map', value: { kvlistValue: { values: [{ key: 'a', value: { stringValue: 't' } }] } } },
    ],
  },
});

const attributes = (): object[] => [
  { key: 'http.route', value: { stringValue: 't' } },
  { key: 'n', value: { intValue: '5' } },
  { key: 'x', value: { doubleValue: 0.5 } },
  { key: 'ok', value: { boolValue: true } },
  { key: 'bytes', value: { bytesValue: 'dA==' } },
  { key: 'nested', value: value() },
];

const ids = { traceId: '0102030405060708090a0b0c0d0e0f10', spanId: '0102030405060708' };
const times = { startTimeUnixNano: '1', timeUnixNano: '2' };

const span = (): object => ({
  ...ids,
  ...{ traceState: 't', name: 't', kind: 2, startTimeUnixNano: '1', endTimeUnixNano: '2', flags: 257 },
  attributes: attributes(),
  events: [{ timeUnixNano: '1', name: 't', attributes: attributes() }],
  links: [{ ...ids, traceState: 't', attributes: attributes() }],
  status: { code: 2, message: 't' },
});

const logRecord = (body: object) => (): object => ({
  ...ids,
  ...{ timeUnixNano: '1', severityNumber: 9, severityText: 't', eventName: 't', body },
  attributes: attributes(),
});

const exemplars = (): object[] => [
  { ...ids, timeUnixNano: '1', asInt: '7', filteredAttributes: attributes() },
];
const number = (): object => ({ ...times, asInt: '5', attributes: attributes(), exemplars: exemplars() });
const histogram = (): object => ({
  ...times,
  ...{ count: '1', sum: 1, bucketCounts: ['1', '0'], explicitBounds: [5] },
  ...{ attributes: attributes(), exemplars: exemplars() },
});
const exponential = (): object => ({
  ...times,
  ...{ count: '1', sum: 1, scale: 1, zeroCount: '0', positive: { offset: 0, bucketCounts: ['1'] } },
  ...{ attributes: attributes(), exemplars: exemplars() },
});
const summary = (): object => ({
  ...times,
  ...{ count: '1', sum: 1, quantileValues: [{ quantile: 0.5, value: 1 }], attributes: attributes() },
});

const metric = (data: object) => (): object => ({
  ...{ name: 't', description: 't', unit: 't', metadata: attributes() },
  ...data,
});

const ITEMS: Readonly<Record<Signal, readonly (() => object)[]>> = {
  traces: [span],
  metrics: [
    metric({ gauge: { dataPoints: [number()] } }),
    metric({ sum: { dataPoints: [number()], aggregationTemporality: 1, isMonotonic: true } }),
    metric({ histogram: { dataPoints: [histogram()], aggregationTemporality: 2 } }),
    metric({ exponentialHistogram: { dataPoints: [exponential()], aggregationTemporality: 2 } }),
    metric({ summary: { dataPoints: [summary()] } }),
  ],
  logs: [logRecord({ stringValue: 't' }), logRecord({ bytesValue: 'dA==' }), logRecord(value())],
};

export function textInEveryField(signal: Signal): object {
  const group = { traces: 'Spans', metrics: 'Metrics', logs: 'Logs' }[signal];
  const list = { traces: 'spans', metrics: 'metrics', logs: 'logRecords' }[signal];
  return {
    [`resource${group}`]: [
      {
        schemaUrl: 't',
        resource: {
          attributes: attributes(),
          entityRefs: [{ schemaUrl: 't', type: 't', idKeys: ['t'], descriptionKeys: ['t'] }],
        },
        [`scope${group}`]: [
          {
            schemaUrl: 't',
            scope: { name: 't', version: 't', attributes: attributes() },
            [list]: ITEMS[signal].map(make => make()),
          },
        ],
      },
    ],
  };
}
