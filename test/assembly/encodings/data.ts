import type { Signal } from '../../../src/abi';
import type { Random } from './random';

/** What no redactor may let through, wherever it is planted. */
export const SECRET = 'SECRET';

const KEYS = ['user.password', 'user.email', 'http.route', 'http.request.method', 'drop.me', 'old.name', 'n'];
const WORDS = ['/healthz', '/users', 'GET', 'x', '', `${SECRET} token`, 'x'.repeat(200)];

/** A batch as OTLP JSON: everything that guests look at, with secrets in each place that holds a value. */
export function randomData(signal: Signal, random: Random): object {
  const group = { traces: 'Spans', metrics: 'Metrics', logs: 'Logs' }[signal];
  const list = { traces: 'spans', metrics: 'metrics', logs: 'logRecords' }[signal];
  const make = { traces: span, metrics: metric, logs: logRecord }[signal];
  return {
    [`resource${group}`]: random.list(2, () => ({
      ...(random.chance(0.9) && { resource: { attributes: attributes(random), droppedAttributesCount: 1 } }),
      [`scope${group}`]: random.list(2, () => ({
        ...(random.chance(0.9) && { scope: { name: 'scope', version: '1', attributes: attributes(random) } }),
        [list]: random.list(4, () => make(random)),
        schemaUrl: 'https://example.com/scope',
      })),
      schemaUrl: 'https://example.com/resource',
    })),
  };
}

function span(random: Random): object {
  return {
    traceId: '0102030405060708090a0b0c0d0e0f10',
    spanId: '0102030405060708',
    name: random.pick(['GET /users', 'poll queue', '']),
    kind: random.below(6),
    flags: 257,
    startTimeUnixNano: '1',
    endTimeUnixNano: '2',
    attributes: attributes(random),
    events: random.list(2, () => ({ timeUnixNano: '3', name: 'event', attributes: attributes(random) })),
    links: random.list(2, () => ({ spanId: '0102030405060708', attributes: attributes(random) })),
    ...(random.chance(0.7) && { status: { code: random.below(3), message: 'status' } }),
  };
}

function logRecord(random: Random): object {
  return {
    timeUnixNano: '1',
    severityNumber: random.below(25),
    severityText: 'TEXT',
    attributes: attributes(random),
    ...(random.chance(0.9) && { body: value(random, 3) }),
  };
}

function metric(random: Random): object {
  const dataPoints = (more: () => object): object[] =>
    random.list(3, () => ({ attributes: attributes(random), timeUnixNano: '2', ...more() }));
  const exemplars = (): object[] =>
    random.list(2, () => ({ filteredAttributes: attributes(random), asInt: '7', timeUnixNano: '1' }));
  const number = (): object => ({
    ...random.pick([{ asInt: '5' }, { asDouble: 0.5 }]),
    exemplars: exemplars(),
  });
  const histogram = (): object => ({
    count: '3',
    sum: 6,
    bucketCounts: ['1', '2'],
    explicitBounds: [1],
    exemplars: exemplars(),
  });
  const exponential = (): object => ({
    count: '3',
    scale: -1,
    positive: { offset: -2, bucketCounts: ['1', '300'] },
    exemplars: exemplars(),
  });
  return {
    name: random.pick(['http.duration', 'process.memory', 'jvm.gc']),
    unit: 's',
    metadata: attributes(random),
    ...random.pick([
      () => ({ gauge: { dataPoints: dataPoints(number) } }),
      () => ({ sum: { dataPoints: dataPoints(number), aggregationTemporality: 2, isMonotonic: true } }),
      () => ({ histogram: { dataPoints: dataPoints(histogram), aggregationTemporality: 1 } }),
      () => ({ exponentialHistogram: { dataPoints: dataPoints(exponential), aggregationTemporality: 1 } }),
      () => ({ summary: { dataPoints: dataPoints(() => ({ count: '1', sum: 2 })) } }),
      () => ({}),
    ])(),
  };
}

function attributes(random: Random): object[] {
  return random.list(5, () => ({ key: random.pick(KEYS), value: value(random, 3) }));
}

function value(random: Random, depth: number): object {
  const kinds: (() => object)[] = [
    () => ({ stringValue: random.pick(WORDS) }),
    () => ({ intValue: String(random.below(1_000)) }),
    () => ({ boolValue: random.chance(0.5) }),
    () => ({ doubleValue: random.next() }),
    () => ({ bytesValue: 'AQID' }),
    () => ({}),
    () => ({ arrayValue: { values: random.list(3, () => value(random, depth - 1)) } }),
    () => ({
      kvlistValue: {
        values: random.list(3, () => ({ key: random.pick(KEYS), value: value(random, depth - 1) })),
      },
    }),
  ];
  return random.pick(depth === 0 ? kinds.slice(0, 5) : kinds)();
}
