import type { Signal } from '../abi';
import type { OtlpJson } from '../otlp/json';

const ROUTES = ['/users/:id', '/orders', '/orders/:id', '/healthz', '/login', '/search'];
const SERVICES = ['checkout', 'catalog'];
const START_NANOS = 1_767_225_600_000_000_000n;

type Value = string | number;

/**
 * Sample data of HTTP services, for trying and measuring guests: `count` spans, data points or log records of two
 * services, as OTLP JSON. Deterministic. It includes health checks, database calls, failures, e-mail addresses and
 * tokens, so that filters and redactions find something.
 */
export function sampleData(signal: Signal, count = 20): OtlpJson {
  const items = Array.from({ length: count }, (_, index) => MAKERS[signal](index));
  const { group, scopeGroup, list } = NAMES[signal];
  return {
    [group]: SERVICES.map((service, index) => ({
      resource: {
        attributes: attributes({
          'service.name': service,
          'service.version': '1.4.2',
          'deployment.environment.name': 'production',
          'host.name': `${service}-7d9f4`,
          'telemetry.sdk.language': 'nodejs',
        }),
      },
      [scopeGroup]: [
        {
          scope: { name: '@opentelemetry/instrumentation-http', version: '0.223.0' },
          [list]: items.filter((_, item) => item % SERVICES.length === index),
        },
      ],
    })),
  };
}

const NAMES = {
  traces: { group: 'resourceSpans', scopeGroup: 'scopeSpans', list: 'spans' },
  metrics: { group: 'resourceMetrics', scopeGroup: 'scopeMetrics', list: 'metrics' },
  logs: { group: 'resourceLogs', scopeGroup: 'scopeLogs', list: 'logRecords' },
} as const;

const MAKERS: Readonly<Record<Signal, (index: number) => object>> = {
  traces: index => (index % 4 === 3 ? databaseSpan(index) : serverSpan(index)),
  metrics: index => [duration, requests, memory][index % 3](index),
  logs: logRecord,
};

function serverSpan(index: number): object {
  const route = ROUTES[index % ROUTES.length];
  const status = statusOf(index);
  return {
    ...idsOf(index),
    flags: 257,
    name: `GET ${route}`,
    kind: 2,
    startTimeUnixNano: timeOf(index),
    endTimeUnixNano: timeOf(index, 12_345_678n),
    attributes: attributes({
      'http.request.method': 'GET',
      'http.route': route,
      'url.path': route.replace(':id', String(index)),
      'url.scheme': 'https',
      'url.query': `page=${index}&token=secret-${index}`,
      'http.response.status_code': status,
      'server.address': 'shop.example.com',
      'client.address': `203.0.113.${index % 250}`,
      'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      'user.email': `user${index}@example.com`,
    }),
    status: status < 500 ? {} : { code: 2, message: 'Internal Server Error' },
    ...(status < 500 ? {} : { events: [exceptionEvent(index)] }),
  };
}

function databaseSpan(index: number): object {
  return {
    ...idsOf(index),
    parentSpanId: idsOf(index - 1).spanId,
    flags: 257,
    name: 'SELECT users',
    kind: 3,
    startTimeUnixNano: timeOf(index),
    endTimeUnixNano: timeOf(index, 2_345_678n),
    attributes: attributes({
      'db.system.name': 'postgresql',
      'db.collection.name': 'users',
      'db.query.text': `SELECT * FROM users WHERE email = 'user${index}@example.com'`,
      'server.address': 'db.internal',
      'server.port': 5432,
    }),
    status: {},
  };
}

function exceptionEvent(index: number): object {
  return {
    timeUnixNano: timeOf(index, 10_000_000n),
    name: 'exception',
    attributes: attributes({
      'exception.type': 'TypeError',
      'exception.message': "Cannot read properties of undefined (reading 'id')",
      'exception.stacktrace':
        'TypeError: Cannot read properties of undefined\n    at handler (/app/server.js:42:17)',
    }),
  };
}

function duration(index: number): object {
  const bucketCounts = [0, 3, 8, 21, 13, 5, 2, 0, 0, 1].map(count => String(count + (index % 7)));
  const count = bucketCounts.reduce((sum, bucket) => sum + Number(bucket), 0);
  return {
    name: 'http.server.request.duration',
    description: 'Duration of HTTP server requests.',
    unit: 's',
    histogram: {
      aggregationTemporality: 2,
      dataPoints: [
        {
          ...pointOf(index),
          count: String(count),
          sum: count * 0.05,
          bucketCounts,
          explicitBounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
        },
      ],
    },
  };
}

function requests(index: number): object {
  const dataPoints = [{ ...pointOf(index), asInt: String(1_000 + index) }];
  return {
    name: 'http.server.requests',
    unit: '{request}',
    sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints },
  };
}

function memory(index: number): object {
  const point = { timeUnixNano: timeOf(index), asDouble: 104_857_600.5 + index };
  return {
    name: 'process.memory.usage',
    unit: 'By',
    gauge: { dataPoints: [{ ...point, attributes: attributes({ 'process.pid': 1_000 + index }) }] },
  };
}

function pointOf(index: number): object {
  return {
    startTimeUnixNano: String(START_NANOS),
    timeUnixNano: timeOf(index),
    attributes: attributes({
      'http.request.method': 'GET',
      'http.route': ROUTES[index % ROUTES.length],
      'http.response.status_code': statusOf(index),
    }),
  };
}

function logRecord(index: number): object {
  const failed = statusOf(index) >= 500;
  const { traceId, spanId } = idsOf(index);
  const text = `user${index}@example.com requested ${ROUTES[index % ROUTES.length]}`;
  return {
    timeUnixNano: timeOf(index),
    observedTimeUnixNano: timeOf(index, 1_000n),
    severityNumber: failed ? 17 : index % 5 === 0 ? 5 : 9,
    severityText: failed ? 'ERROR' : index % 5 === 0 ? 'DEBUG' : 'INFO',
    body: { stringValue: failed ? `request failed: ${text}` : text },
    attributes: attributes({
      'http.route': ROUTES[index % ROUTES.length],
      'user.email': `user${index}@example.com`,
      'retry.count': index % 3,
    }),
    ...{ flags: 1, traceId, spanId },
  };
}

function statusOf(index: number): number {
  return index % 10 === 9 ? 500 : 200;
}

function timeOf(index: number, afterNanos = 0n): string {
  return String(START_NANOS + BigInt(index) * 20_000_000n + afterNanos);
}

/** Ids that look random but are deterministic: the multiplication visits every 64-bit number once. */
function idsOf(index: number): { traceId: string; spanId: string } {
  const scrambled = (seed: number): string =>
    BigInt.asUintN(64, BigInt(seed + 1) * 0x9e3779b97f4a7c15n)
      .toString(16)
      .padStart(16, '0');
  const trace = Math.floor(index / 4);
  return { traceId: scrambled(trace) + scrambled(trace + 1_000), spanId: scrambled(index + 2_000) };
}

function attributes(values: Readonly<Record<string, Value>>): object[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }));
}
