/**
 * The codec against the SDK's serializers and protobufjs's static decoders.
 *
 *     npx ts-node -T benchmarks/cases/codec.ts [part of a case's name]
 *
 * Each round makes new data where the case says "fresh", then times both sides on it one after the other, the first one
 * alternating; the ratio is of medians over the rounds. Batches stay alive for a while after their round, as spans in
 * an app's heap do: letting all of them die at once, or forcing the collector between rounds, slows the peer alone.
 */
import { type HrTime, ValueType } from '@opentelemetry/api';
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { opentelemetry } = require('otlp-protobufjs/build/src/generated/root');
import * as otlp from '../../src/otlp';

export interface CodecCase {
  readonly name: string;
  /** Ratio to the peer that is aimed at; at most. */
  readonly bar: number;
  readonly items: number;
  /** Makes the data of one round. */
  readonly make: () => unknown;
  readonly own: (data: never) => unknown;
  readonly peer: (data: never) => unknown;
}

export interface CodecResult {
  readonly name: string;
  readonly bar: number;
  readonly ownMicrosPerItem: number;
  readonly peerMicrosPerItem: number;
  readonly ratio: number;
}

const resource = resourceFromAttributes({
  'service.name': 'checkout',
  'service.version': '1.4.2',
  'telemetry.sdk.language': 'nodejs',
  'telemetry.sdk.name': 'opentelemetry',
  'telemetry.sdk.version': '2.12.0',
  'host.name': 'ip-10-0-12-7.internal',
  'process.pid': 4711,
  'process.command_args': ['node', '--require', './tracing.js', 'server.js'],
});
const tracer = new BasicTracerProvider({ resource }).getTracer(
  '@opentelemetry/instrumentation-http',
  '0.223.0',
);
const random = (limit: number) => Math.floor(Math.random() * limit);

function httpSpan(): ReadableSpan {
  const id = random(1e6);
  const span = tracer.startSpan('GET /api/v1/orders/:id', {
    kind: 1,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/api/v1/orders/:id',
      'url.full': `https://shop.example.com/api/v1/orders/${id}?expand=items`,
      'url.path': `/api/v1/orders/${id}`,
      'server.address': 'shop.example.com',
      'server.port': 443,
      'client.address': `10.0.${random(256)}.${random(256)}`,
      'network.protocol.version': '1.1',
      'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)',
    },
  });
  span.setAttribute('http.response.status_code', 200);
  span.end();
  return span as unknown as ReadableSpan;
}

function smallSpan(): ReadableSpan {
  const span = tracer.startSpan('work', {
    attributes: { 'job.id': random(1e6), 'job.kind': 'sync', ok: true },
  });
  span.end();
  return span as unknown as ReadableSpan;
}

function richSpan(): ReadableSpan {
  const attributes: Record<string, string | number | string[]> = {};
  for (let i = 0; i < 25; i++) {
    attributes[`app.attribute.${i}`] =
      i % 5 === 0 ? random(1e9) : `value ${random(1e6)} of some length, number ${i}`;
  }
  attributes['http.request.header.accept'] = ['text/html', 'application/json'];
  const context = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  const span = tracer.startSpan('POST /checkout', {
    kind: 2,
    attributes,
    links: [{ context, attributes: { batch: 3 } }],
  });
  span.addEvent('retry', { attempt: 1, reason: 'connection reset by peer' });
  span.recordException(new Error('upstream said 503'));
  span.end();
  return span as unknown as ReadableSpan;
}

const times = <Item>(count: number, make: () => Item): Item[] => Array.from({ length: count }, make);

function logRecords(count: number): ReadableLogRecord[] {
  const records: ReadableLogRecord[] = [];
  const collector = { onEmit: (record: unknown) => void records.push(record as ReadableLogRecord) };
  const processor = { ...collector, forceFlush: async () => {}, shutdown: async () => {} };
  const logger = new LoggerProvider({ resource, processors: [processor] }).getLogger('app', '1.0.0');
  for (let i = 0; i < count; i++) {
    logger.emit({
      severityNumber: 9,
      severityText: 'INFO',
      body: `order ${random(1e6)} accepted for customer ${random(1e6)} after ${random(300)} ms`,
      attributes: {
        'code.function.name': 'acceptOrder',
        'code.file.path': '/srv/app/orders/accept.js',
        'thread.id': 1,
        'order.total': random(1e5) / 100,
        'customer.tier': 'gold',
      },
    });
  }
  return records;
}

type MetricKind = 'sums' | 'histograms';

/** Cumulative series of 8 instruments, with the attributes of HTTP requests. */
function resourceMetrics(series: number, kind: MetricKind): ResourceMetrics {
  const point = <Value>(value: Value) => ({
    startTime: [1_790_000_000, 1000] as HrTime,
    endTime: [1_790_000_060, 2000] as HrTime,
    attributes: {
      'http.request.method': 'GET',
      'http.route': `/r/${random(100)}`,
      'http.response.status_code': 200,
    },
    value,
  });
  const base = { aggregationTemporality: AggregationTemporality.CUMULATIVE };
  const sum = (): MetricData => ({
    ...{ ...base, dataPointType: DataPointType.SUM, isMonotonic: true },
    descriptor: {
      ...{ name: `http.server.requests.${random(100)}`, description: 'Number of requests' },
      ...{ unit: '{request}', valueType: ValueType.INT },
    },
    dataPoints: times(series / 8, () => point(random(1e6))),
  });
  const boundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
  const histogram = (): MetricData => ({
    ...{ ...base, dataPointType: DataPointType.HISTOGRAM },
    descriptor: {
      ...{ name: `http.server.request.duration.${random(100)}`, description: 'Duration of requests' },
      ...{ unit: 's', valueType: ValueType.DOUBLE },
    },
    dataPoints: times(series / 8, () => {
      const counts = times(boundaries.length + 1, () => random(1000));
      return point({
        buckets: { boundaries, counts },
        count: 5000,
        sum: 123.4 + random(100),
        min: 0.001,
        max: 12.5,
      });
    }),
  });
  const metrics: MetricData[] = times(8, kind === 'sums' ? sum : histogram);
  return { resource, scopeMetrics: [{ scope: { name: 'meter', version: '1' }, metrics }] };
}

const fixed =
  <Data>(data: Data) =>
  () =>
    data;
const { TracesData } = opentelemetry.proto.trace.v1;
const peerTraces = (data: ReadableSpan[]) => ProtobufTraceSerializer.serializeRequest(data);
const encodeCase = (name: string, bar: number, items: number, make: () => unknown): CodecCase => ({
  ...{ name, bar, items, make, own: otlp.encodeTraces, peer: peerTraces },
});

const metricsCase = (name: string, kind: MetricKind, own: (data: ResourceMetrics) => unknown): CodecCase => ({
  ...{ name, bar: 0.2, items: 512, make: () => resourceMetrics(512, kind), own },
  peer: (data: ResourceMetrics) => ProtobufMetricsSerializer.serializeRequest(data),
});

/** The named cases. */
export function codecCases(): CodecCase[] {
  const http512 = times(512, httpSpan);
  const bytes512 = otlp.encodeTraces(http512);
  return [
    encodeCase('encode traces, http, 512 fresh', 0.28, 512, () => times(512, httpSpan)),
    encodeCase('encode traces, http, 512 repeated', 0.28, 512, fixed(http512)),
    encodeCase('encode traces, http, 64 fresh', 0.28, 64, () => times(64, httpSpan)),
    {
      ...encodeCase('encode traces, http, 512 fresh, borrowed', 0.28, 512, () => times(512, httpSpan)),
      own: otlp.borrowTraces,
    },
    encodeCase('encode traces, small, 512 fresh', 0.28, 512, () => times(512, smallSpan)),
    encodeCase('encode traces, rich, 512 fresh', 0.28, 512, () => times(512, richSpan)),
    {
      ...{ name: 'encode logs, 512 fresh', bar: 0.33, items: 512, make: () => logRecords(512) },
      own: otlp.encodeLogs,
      peer: (data: ReadableLogRecord[]) => ProtobufLogsSerializer.serializeRequest(data),
    },
    ...(['sums', 'histograms'] as const).flatMap(kind => [
      metricsCase(`encode metrics, ${kind}, 512 series, fresh`, kind, otlp.encodeMetrics),
      metricsCase(`encode metrics, ${kind}, 512 series, fresh, borrowed`, kind, otlp.borrowMetrics),
    ]),
    {
      ...{ name: 'decode traces, http, 512 fresh', bar: 0.28, items: 512 },
      make: () => otlp.encodeTraces(times(512, httpSpan)),
      own: otlp.decodeTraces,
      peer: (data: Uint8Array) => TracesData.decode(data),
    },
    {
      ...{ name: 'decode traces, http, 512 fresh, peer given a Buffer', bar: 0.9, items: 512 },
      make: () => otlp.encodeTraces(times(512, httpSpan)),
      own: otlp.decodeTraces,
      // Given a Buffer, protobufjs reads text natively; given a Uint8Array, in JavaScript.
      peer: (data: Uint8Array) => TracesData.decode(Buffer.from(data.buffer, data.byteOffset, data.length)),
    },
    {
      ...{ name: 'decode traces, http, 512 repeated', bar: 0.28, items: 512, make: fixed(bytes512) },
      own: otlp.decodeTraces,
      peer: (data: Uint8Array) => TracesData.decode(data),
    },
    {
      ...{ name: 'check envelopes vs own encode', bar: 0.02, items: 512, make: fixed({ http512, bytes512 }) },
      own: (data: { bytes512: Uint8Array }) => otlp.checkStructure('traces', data.bytes512),
      peer: (data: { http512: ReadableSpan[] }) => otlp.encodeTraces(data.http512),
    },
    {
      ...{ name: 'check items vs own encode', bar: 1, items: 512, make: fixed({ http512, bytes512 }) },
      own: (data: { bytes512: Uint8Array }) => otlp.checkStructure('traces', data.bytes512, 'items'),
      peer: (data: { http512: ReadableSpan[] }) => otlp.encodeTraces(data.http512),
    },
    {
      ...{ name: 'split in two vs own encode', bar: 0.2, items: 512, make: fixed({ http512, bytes512 }) },
      own: (data: { bytes512: Uint8Array }) => otlp.splitInTwo('traces', data.bytes512),
      peer: (data: { http512: ReadableSpan[] }) => otlp.encodeTraces(data.http512),
    },
  ];
}

const WARM_UP_ROUNDS = 60;
const ROUNDS = 150;
const KEPT_ROUNDS = 20;

/** Runs one case. */
export function runCodecCase({ name, bar, items, make, own, peer }: CodecCase): CodecResult {
  const samples = { own: [] as number[], peer: [] as number[] };
  const kept: unknown[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const order = round % 2 === 0 ? (['own', 'peer'] as const) : (['peer', 'own'] as const);
    for (const side of order) {
      const data = make() as never;
      kept[(2 * round + (side === 'own' ? 1 : 0)) % KEPT_ROUNDS] = data;
      const run = side === 'own' ? own : peer;
      const start = process.hrtime.bigint();
      run(data);
      const nanos = Number(process.hrtime.bigint() - start);
      if (round >= WARM_UP_ROUNDS) samples[side].push(nanos);
    }
  }
  const [ownNanos, peerNanos] = [median(samples.own), median(samples.peer)];
  const perItem = (nanos: number) => nanos / 1000 / items;
  const micros = { ownMicrosPerItem: perItem(ownNanos), peerMicrosPerItem: perItem(peerNanos) };
  return { name, bar, ...micros, ratio: ownNanos / peerNanos };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

if (require.main === module) {
  const filter = process.argv[2] ?? '';
  for (const codecCase of codecCases().filter(({ name }) => name.includes(filter))) {
    const { name, bar, ownMicrosPerItem, peerMicrosPerItem, ratio } = runCodecCase(codecCase);
    const columns = [name.padEnd(52), ownMicrosPerItem.toFixed(3), peerMicrosPerItem.toFixed(3)];
    console.log(...columns, ratio.toFixed(3), ratio <= bar ? `<= ${bar}` : `MISSES ${bar}`);
  }
}
