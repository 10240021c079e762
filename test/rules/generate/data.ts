// Random data in OTLP JSON: few keys, so that statements hit them, and odd values.
import type { Signal } from '../../../src/abi/signal';
import type { OtlpJson } from '../../../src/otlp/json';
import type { Random } from './random';

export const KEYS = ['a', 'b', 'c', 'user.id', 'url.path', 'n', 'm'] as const;
export const TEXTS = [
  ...[
    '',
    'x',
    'GET',
    '/users/42',
    '42',
    '-7',
    '3.5',
    'true',
    'Hello World',
    'ann@example.com',
    'a=1 b=2',
    'a,b,c',
  ],
  ...[
    '{"a":1,"b":[1,"x"]}',
    '[1,2.5,"z"]',
    'żółć 日本',
    'tab\tand "quotes"',
    '4111111111111111',
    '2023-11-14 22:13:20',
  ],
  ...[
    'bad \udcff utf8',
    '\udce2\udc82',
    'ALL CAPS',
    'snake_case_name',
    'camelCaseName',
    '10.0.0.1',
    'https://ex.org/a?b=c',
  ],
] as const;
const INTS = [
  '0',
  '1',
  '-1',
  '2',
  '42',
  '500',
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
];
const DOUBLES = [0, 0.5, -2.25, 3, 1e21, 1e-7, 'NaN', 'Infinity', '-Infinity', '-0'];

function value(random: Random, depth = 2): OtlpJson {
  switch (random.below(depth > 0 ? 12 : 9)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return { stringValue: random.pick(TEXTS) };
    case 4:
    case 5:
      return { intValue: random.pick(INTS) };
    case 6:
      return { doubleValue: random.pick(DOUBLES) };
    case 7:
      return { boolValue: random.chance(50) };
    case 8:
      return random.chance(50) ? { bytesValue: random.pick(['', 'AAEC/w==', 'aGk=']) } : {};
    case 9:
      return { arrayValue: { values: random.some(0, 3, () => value(random, depth - 1)) } };
    default:
      return { kvlistValue: { values: attributes(random, depth - 1, 3) } };
  }
}

/** One list in twelve repeats a key. */
function attributes(random: Random, depth = 2, most = 5): OtlpJson[] {
  const keys = new Set(random.some(0, most, () => random.pick(KEYS) as string));
  const list = [...keys].map((key): OtlpJson => ({ key, value: value(random, depth) }));
  return list.length > 0 && random.chance(8) ? [...list, { ...list[0], value: value(random, depth) }] : list;
}

const time = (random: Random): string =>
  String(1_700_000_000_000_000_000n + BigInt(random.below(2 ** 31)) * 1000n);
const id = (random: Random, bytes: number): string =>
  random.chance(10) ? '' : Array.from({ length: bytes * 2 }, () => random.below(16).toString(16)).join('');

function span(random: Random): OtlpJson {
  return {
    ...{
      traceId: id(random, 16),
      spanId: id(random, 8),
      parentSpanId: random.chance(50) ? id(random, 8) : '',
    },
    ...{
      name: random.pick(TEXTS),
      kind: random.below(6),
      startTimeUnixNano: time(random),
      endTimeUnixNano: time(random),
    },
    ...{ attributes: attributes(random), traceState: random.pick(['', 'k=v', 'k=v,x=y']) },
    ...{ status: { code: random.below(3), message: random.pick(TEXTS) }, flags: random.below(2) },
    events: random.some(0, 2, () => ({
      ...{ name: random.pick(TEXTS), timeUnixNano: time(random), attributes: attributes(random, 1) },
    })),
    links: random.some(0, 1, () => ({
      traceId: id(random, 16),
      spanId: id(random, 8),
      attributes: attributes(random, 0),
    })),
  };
}

function logRecord(random: Random): OtlpJson {
  return {
    ...{ timeUnixNano: time(random), observedTimeUnixNano: time(random), severityNumber: random.below(25) },
    ...{
      severityText: random.pick(['', 'INFO', 'error', 'Warn']),
      body: value(random, 3),
      attributes: attributes(random),
    },
    ...{
      traceId: id(random, 16),
      spanId: id(random, 8),
      eventName: random.pick(['', 'e']),
      flags: random.below(2),
    },
  };
}

function metric(random: Random): OtlpJson {
  const common = {
    name: random.pick(['x', 'http.duration', 'mem']),
    unit: random.pick(['', 's', 'By']),
    description: random.pick(TEXTS),
  };
  const point = () => ({
    attributes: attributes(random, 1),
    startTimeUnixNano: time(random),
    timeUnixNano: time(random),
  });
  const number = () => ({
    ...point(),
    ...(random.chance(50) ? { asInt: random.pick(INTS) } : { asDouble: random.pick(DOUBLES) }),
    flags: random.below(2),
  });
  const aggregationTemporality = random.below(3);
  switch (random.below(5)) {
    case 0:
      return { ...common, gauge: { dataPoints: random.some(0, 3, number) } };
    case 1:
      return {
        ...common,
        sum: {
          dataPoints: random.some(0, 3, number),
          aggregationTemporality,
          isMonotonic: random.chance(50),
        },
      };
    case 2: {
      const dataPoints = random.some(1, 2, () => {
        const bucketCounts = random.some(3, 3, () => random.below(9));
        const count = bucketCounts.reduce((sum, each) => sum + each, 0);
        return {
          ...point(),
          count: String(count),
          sum: random.pick(DOUBLES),
          explicitBounds: [1, 5.5],
          bucketCounts: bucketCounts.map(String),
        };
      });
      return { ...common, histogram: { dataPoints, aggregationTemporality } };
    }
    case 3: {
      const dataPoints = random.some(1, 2, () => ({
        ...{ ...point(), count: '6', sum: 12.5, scale: random.below(4), zeroCount: '1', zeroThreshold: 0.5 },
        ...{
          positive: { offset: random.below(3), bucketCounts: ['1', '2'] },
          negative: { offset: 0, bucketCounts: ['2'] },
        },
      }));
      return { ...common, exponentialHistogram: { dataPoints, aggregationTemporality } };
    }
    default: {
      const quantileValues = [
        { quantile: 0.5, value: 1.5 },
        { quantile: 1, value: random.pick(DOUBLES) },
      ];
      return {
        ...common,
        summary: {
          dataPoints: random.some(1, 2, () => ({ ...point(), count: '3', sum: 4.5, quantileValues })),
        },
      };
    }
  }
}

const SHAPES = {
  traces: { resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans', make: span },
  logs: { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords', make: logRecord },
  metrics: { resources: 'resourceMetrics', scopes: 'scopeMetrics', items: 'metrics', make: metric },
} as const;

export function randomData(random: Random, signal: Signal): OtlpJson {
  const { resources, scopes, items, make } = SHAPES[signal];
  const scope = () => ({
    scope: {
      name: random.pick(['', 'lib', 'x']),
      version: random.pick(['', '1']),
      attributes: attributes(random, 0, 2),
    },
    [items]: random.some(1, 2, () => make(random)),
  });
  return {
    [resources]: random.some(1, 2, () => ({
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: random.pick(['x', 'shop']) } },
          ...attributes(random, 1, 2),
        ],
      },
      [scopes]: random.some(1, 2, scope),
    })),
  };
}
