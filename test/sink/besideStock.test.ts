import assert from 'node:assert/strict';
import {
  context,
  type Context,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  ValueType,
} from '@opentelemetry/api';
import { type AnyValueMap, SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  MetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Signal } from '../../src/abi';
import { WasmLogRecordProcessor, WasmMetricProcessor, WasmSpanProcessor } from '../../src/adapters';
import { readWithProtobufjs } from '../otlp/protobufjs';
import { guestWith } from '../support/guests';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';

/** Every kind of value that the API takes. */
const ATTRIBUTES = {
  ...{ text: 'GET', empty: '', unicode: 'Grüße 👋', long: 'x'.repeat(5_000), 'with.dots': 'a' },
  ...{ integer: 42, negative: -42, zero: 0, minusZero: -0, large: 2 ** 53, half: 0.5, tiny: 5e-324 },
  ...{ notANumber: NaN, infinite: -Infinity, yes: true, no: false },
  ...{
    texts: ['a', '', 'ü'],
    numbers: [1, 0.5, -0],
    flags: [true, false],
    none: [],
    holes: ['a', null, 'b'],
  },
};
const RESOURCE = resourceFromAttributes(
  { 'service.name': 'side by side', ...ATTRIBUTES },
  { schemaUrl: 'https://r/1' },
);

/** Only log records take these, pino's for one. */
const NESTED: AnyValueMap = {
  ...{ undefined: undefined, null: null, bytes: Uint8Array.of(0, 1, 255) },
  map: { inside: { deep: [1, { a: undefined, b: -0 }] }, empty: {} },
  mixed: [1, 'a', null, undefined, [true], { a: 1 }],
};

class Reader extends MetricReader {
  protected onForceFlush = (): Promise<void> => Promise.resolve();
  protected onShutdown = (): Promise<void> => Promise.resolve();
}

describe('export through a guest that changes nothing, compared with the stock exporters', () => {
  let server: OtlpServer;
  let unchanged: Uint8Array;
  before(async () => {
    const consume = (signal: string): string =>
      `(func (export "consume_${signal}") (param i32 i32) (result i32) (i32.const 0))`;
    unchanged = await guestWith({ more: consume('metrics') + consume('logs') });
  });
  beforeEach(async () => (server = await startOtlpServer()));
  afterEach(() => server.close());

  const url = (who: string, signal: Signal): string => `${server.url}/${who}/v1/${signal}`;
  const sentBy = (who: string, signal: Signal): unknown =>
    server.requests
      .filter(({ path }) => path === `/${who}/v1/${signal}`)
      .map(({ payload }) => readWithProtobufjs(signal, payload) as unknown);

  function assertSame(signal: Signal): void {
    const stock = sentBy('stock', signal) as unknown[];
    assert.equal(stock.length, 1);
    assert.deepEqual(sentBy('ours', signal), stock);
  }

  const parent: Context = trace.setSpanContext(context.active(), {
    ...{ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: TraceFlags.SAMPLED, isRemote: true },
  });

  it('sends the same spans', async () => {
    const provider = new BasicTracerProvider({
      resource: RESOURCE,
      spanLimits: {
        attributeCountLimit: 30,
        eventCountLimit: 3,
        linkCountLimit: 2,
        attributeValueLengthLimit: 1_000,
      },
      spanProcessors: [
        new BatchSpanProcessor(new OTLPTraceExporter({ url: url('stock', 'traces') })),
        new WasmSpanProcessor(unchanged, { otlp: { url: url('ours', 'traces') } }),
      ],
    });
    for (const [name, version, schemaUrl] of [['a', '1.2.3', 'https://s/1'], ['b']]) {
      const tracer = provider.getTracer(name, version, { schemaUrl });
      for (const kind of [
        SpanKind.INTERNAL,
        SpanKind.SERVER,
        SpanKind.CLIENT,
        SpanKind.PRODUCER,
        SpanKind.CONSUMER,
      ]) {
        const link = { context: trace.getSpanContext(parent)!, attributes: ATTRIBUTES };
        const span = tracer.startSpan(
          `kind ${kind}`,
          { kind, attributes: ATTRIBUTES, links: [link, link, link] },
          kind % 2 ? parent : undefined,
        );
        for (let event = 0; event < 5; event++)
          span.addEvent(`event ${event}`, ATTRIBUTES, [1_700_000_000, event]);
        span.recordException(new TypeError('not a function'));
        span.recordException('a text');
        span.setStatus({ code: kind % 2 ? SpanStatusCode.ERROR : SpanStatusCode.OK, message: 'as it went' });
        for (let i = 0; i < 20; i++) span.setAttribute(`more.${i}`, i);
        tracer.startSpan('child', {}, trace.setSpan(context.active(), span)).end();
        span.end();
      }
    }
    await provider.forceFlush();
    await provider.shutdown();
    assertSame('traces');
  });

  it('sends the same log records', async () => {
    const provider = new LoggerProvider({
      resource: RESOURCE,
      logRecordLimits: { attributeCountLimit: 20, attributeValueLengthLimit: 1_000 },
      processors: [
        new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: url('stock', 'logs') }) }),
        new WasmLogRecordProcessor(unchanged, { otlp: { url: url('ours', 'logs') } }),
      ],
    });
    const logger = provider.getLogger('logger', '1.0.0', { schemaUrl: 'https://s/1' });
    for (const body of ['text', '', 0, -0, true, null, undefined, NESTED, [NESTED], Uint8Array.of(1, 2)]) {
      logger.emit({ body, attributes: { ...ATTRIBUTES, ...NESTED } });
      logger.emit({
        body,
        attributes: NESTED,
        context: parent,
        severityNumber: SeverityNumber.ERROR2,
        severityText: 'E2',
      });
    }
    logger.emit({
      eventName: 'an.event',
      timestamp: [1_700_000_000, 1],
      observedTimestamp: 1_700_000_000_000,
      exception: new RangeError('too far'),
    });
    logger.emit({});
    await provider.forceFlush();
    await provider.shutdown();
    assertSame('logs');
  });

  for (const temporality of [AggregationTemporality.DELTA, AggregationTemporality.CUMULATIVE]) {
    it(`sends the same metrics: ${AggregationTemporality[temporality]}`, async () => {
      const reader = new Reader({ aggregationTemporalitySelector: () => temporality });
      const provider = new MeterProvider({
        resource: RESOURCE,
        readers: [reader],
        views: [
          { instrumentName: 'exponential*', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } },
        ],
      });
      const meter = provider.getMeter('meter', '1.0.0', { schemaUrl: 'https://s/1' });
      const options = { description: 'as said', unit: 'By' };
      for (const valueType of [ValueType.INT, ValueType.DOUBLE]) {
        const name = ValueType[valueType];
        const values = valueType === ValueType.INT ? [0, 7, 2 ** 40] : [0.5, 1e-9, 1e12];
        for (const value of values) {
          meter.createCounter(`counter.${name}`, { ...options, valueType }).add(value, ATTRIBUTES);
          meter.createUpDownCounter(`upDown.${name}`, { valueType }).add(-value);
          meter.createGauge(`gauge.${name}`, { valueType }).record(-value, { a: value });
          meter.createHistogram(`histogram.${name}`, { ...options, valueType }).record(value, ATTRIBUTES);
          meter.createHistogram(`exponential.${name}`, { valueType }).record(value, { a: 1 });
        }
        meter.createObservableGauge(`observed.${name}`, { valueType }).addCallback(result => {
          for (const value of values) result.observe(value, { value });
        });
        meter
          .createObservableCounter(`count.${name}`, { valueType })
          .addCallback(result => result.observe(3));
        meter
          .createObservableUpDownCounter(`level.${name}`, { valueType })
          .addCallback(result => result.observe(-3));
      }
      const { resourceMetrics } = await reader.collect();
      // The SDK has no exemplars yet; what stock makes of them is what we make of them.
      for (const { dataPoints } of resourceMetrics.scopeMetrics[0].metrics) {
        for (const point of dataPoints)
          Object.assign(point, {
            exemplars: [{ value: 1, timestamp: point.endTime, filteredAttributes: ATTRIBUTES }],
          });
      }
      const exporters: PushMetricExporter[] = [
        new OTLPMetricExporter({ url: url('stock', 'metrics') }),
        new WasmMetricProcessor(unchanged, { otlp: { url: url('ours', 'metrics') } }),
      ];
      for (const exporter of exporters) {
        const { error } = await new Promise<{ error?: Error }>(done =>
          exporter.export(resourceMetrics, done),
        );
        assert.equal(error, undefined);
        await exporter.shutdown();
      }
      assert.ok(resourceMetrics.scopeMetrics[0].metrics.length >= 16);
      assertSame('metrics');
    });
  }
});
