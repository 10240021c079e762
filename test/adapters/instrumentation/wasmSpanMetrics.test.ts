import assert from 'node:assert/strict';
import { mock } from 'node:test';
import timers from 'node:timers/promises';
import { type Attributes, type Sampler as ApiSampler, TraceFlags } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import { createAlwaysRecordSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { AlwaysOffSampler, AlwaysOnSampler } from '@opentelemetry/sdk-trace-base';
import { WasmSampler, WasmSpanMetrics, type WasmSpanMetricsOptions, WasmSpanProcessor } from '../../../src';
import { checkGuest } from '../../../src/conformance';
import type { GuestSource } from '../../../src';
import { otlpToJson } from '../../../src/testing';
import { pointsOf } from '../../spanMetrics/points';
import { built } from '../../support/built';
import { captureDiag } from '../../support/diagLines';
import { guestWith } from '../../support/guests';
import { field, times } from '../../support/protobuf';

const GUEST = 'otelwasm:span-metrics';
/** A call is stopped by the wall clock, and these tests must not depend on it. */
const NO_HURRY = { guestTimeoutMillis: 60_000, startTimeoutMillis: 60_000 };

/** Reads when it is asked. */
class Reader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

describe('WasmSpanMetrics', function () {
  this.timeout(60_000);
  captureDiag();
  before(() => built());

  /** An app with the adapter: makes spans, and reads its metrics. */
  function app(
    { guest = GUEST, ...options }: WasmSpanMetricsOptions & { guest?: GuestSource } = {},
    sampler: ApiSampler | object = new AlwaysOnSampler(),
  ) {
    const metrics = new WasmSpanMetrics(guest, { ...NO_HURRY, ...options });
    const provider = new TracerProvider({
      spanProcessors: [metrics],
      sampler: sampler as AlwaysOnSampler,
    });
    const reader = new Reader({ metricProducers: [metrics] });
    new MeterProvider({ readers: [reader] });
    const tracer = provider.getTracer('app');
    const make = (count: number, name = 'GET', attributes: Attributes = {}): void => {
      for (let i = 0; i < count; i++) tracer.startSpan(name, { attributes }).end();
    };
    const read = async () => {
      const { resourceMetrics, errors } = await reader.collect();
      return { metrics: resourceMetrics.scopeMetrics.flatMap(scope => scope.metrics), errors };
    };
    /** Calls by name of the span. */
    const calls = async (): Promise<Record<string, number>> => {
      const { metrics, errors } = await read();
      assert.deepEqual(errors, []);
      const points = metrics.find(({ descriptor }) => descriptor.name.endsWith('.calls'))?.dataPoints ?? [];
      return Object.fromEntries(
        points.map(({ attributes, value }) => [String(attributes['span.name']), value as number]),
      );
    };
    return { metrics, provider, make, read, calls };
  }

  it('reports calls and durations of spans in types of the SDK', async () => {
    const { make, read } = app({ pluginConfig: { dimensions: ['route'], histogram: { unit: 'ms' } } });
    make(3, 'GET', { route: '/users' });
    const { metrics } = await read();
    assert.deepEqual(
      metrics.map(({ descriptor: { name, unit }, dataPointType, aggregationTemporality }) => [
        ...[name, unit, dataPointType, aggregationTemporality],
      ]),
      [
        [...['traces.span.metrics.calls', '{span}', DataPointType.SUM], AggregationTemporality.CUMULATIVE],
        [
          ...['traces.span.metrics.duration', 'ms', DataPointType.HISTOGRAM],
          AggregationTemporality.CUMULATIVE,
        ],
      ],
    );
    const [calls, durations] = metrics.map(({ dataPoints }) => dataPoints[0]);
    assert.equal(calls.value, 3);
    assert.equal(calls.attributes.route, '/users');
    assert.equal(calls.attributes['span.kind'], 'SPAN_KIND_INTERNAL');
    assert.match(String(calls.attributes['service.name']), /^unknown_service/);
    const { count, buckets } = durations.value as Histogram;
    assert.equal(count, 3);
    assert.equal(buckets.boundaries[0], 5);
    assert.equal(
      buckets.counts.reduce((sum, bucket) => sum + bucket, 0),
      3,
    );
  });

  it('counts each span once, also beyond one batch', async () => {
    const { metrics, make, calls } = app();
    make(1_300);
    assert.deepEqual(await calls(), { GET: 1_300 });
    make(1);
    assert.deepEqual(await calls(), { GET: 1_301 });
    const { itemsIn, itemsOut, itemsFailed } = metrics.stats;
    assert.deepEqual([itemsIn, itemsOut, itemsFailed], [1_301, 1_301, {}]);
  });

  it("reports with the temporality of the reader's exporter", async () => {
    const { make, calls } = app({ exporter: new InMemoryMetricExporter(AggregationTemporality.DELTA) });
    make(2);
    assert.deepEqual(await calls(), { GET: 2 });
    make(3);
    assert.deepEqual(await calls(), { GET: 3 });
    assert.deepEqual(await calls(), {});
    const stated = app({
      exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
      temporalityPreference: 'delta',
    });
    stated.make(1);
    assert.deepEqual(await stated.calls(), { GET: 1 });
    assert.deepEqual(await stated.calls(), {});
  });

  it('counts unsampled spans only with unsampled: true', async () => {
    const sampler = createAlwaysRecordSampler(new AlwaysOffSampler());
    const sampledOnly = app({}, sampler);
    sampledOnly.make(5);
    assert.deepEqual(await sampledOnly.calls(), {});
    const all = app({ unsampled: true }, sampler);
    all.make(5);
    assert.deepEqual(await all.calls(), { GET: 5 });
    // An exemplar that was not exported leads nowhere.
    const [, exemplar] = /(\w{32}\/\w{16})/.exec((await reportOf(all.metrics)).join()) ?? [];
    assert.equal(exemplar, undefined);
  });

  it("keeps exemplars in OTLP, which the SDK's types cannot represent", async () => {
    const { metrics, provider } = app({ pluginConfig: { exemplars: 1 } });
    const span = provider.getTracer('app').startSpan('GET');
    span.end();
    provider.getTracer('app').startSpan('GET').end();
    const { traceId, spanId, traceFlags } = span.spanContext();
    assert.equal(traceFlags, TraceFlags.SAMPLED);
    const points = await reportOf(metrics);
    assert.equal(points.length, 2);
    for (const point of points) {
      assert.match(point, new RegExp(`${traceId}/${spanId}/`));
      assert.equal(point.match(/\w{32}\//g)?.length, 1);
    }
  });

  it('reports the last spans after shutdown, and then none', async () => {
    const { metrics, provider, make, calls } = app();
    make(7);
    await provider.shutdown();
    make(1);
    assert.notEqual(metrics.state, 'stopped');
    assert.deepEqual(await calls(), { GET: 7 });
    assert.equal(metrics.state, 'stopped');
  });

  it('counts spans that the guest failed on and reports an error to the reader, but not to the app', async () => {
    const guest = await guestWith({
      consume: '(func (export "consume_traces") (param i32 i32) (result i32) unreachable)',
      more: '(func (export "collect_metrics") (result i32) (i32.const 3))',
    });
    const { metrics, make, read } = app({ guest });
    make(600);
    const { itemsIn, itemsOut, itemsFailed } = metrics.stats;
    assert.deepEqual([itemsIn, itemsOut, itemsFailed], [512, 0, { GUEST_TRAP: 512 }]);
    const { errors } = await read();
    assert.equal(errors.length, 1);
    // Whether its successor was there yet or not.
    const failed = Object.values(metrics.stats.itemsFailed);
    assert.equal(
      failed.reduce((sum, count) => sum + count, 0),
      600,
    );
  });

  it('reports an error to the reader when collecting fails or returns bytes that are not OTLP', async () => {
    const refuses = await guestWith({
      more: '(func (export "collect_metrics") (result i32) (i32.const 3))',
    });
    const [refused] = (await app({ guest: refuses }).read()).errors as { code: string; message: string }[];
    assert.equal(refused.code, 'GUEST_STATUS');
    assert.match(refused.message, /collect_metrics returned status 3/);
    const garbles = await guestWith({
      imports:
        '(func $result (import "opentelemetry.io/wasm" "set_result_metrics") (param i32 i32)) (func $temporality (import "opentelemetry.io/wasm" "get_temporality") (result i32))',
      more: '(func (export "collect_metrics") (result i32) (i32.store (i32.const 0) (i32.const -1)) (call $result (i32.const 0) (i32.const 4)) (i32.const 0))',
    });
    const [garbled] = (await app({ guest: garbles }).read()).errors as { code: string }[];
    assert.equal(garbled.code, 'GUEST_OUTPUT');
  });

  it('decodes many series in parts and joins each metric', async () => {
    const { make, read } = app({ pluginConfig: { maxSeries: 4_000 } });
    for (let series = 0; series < 3_000; series++) make(1, `GET /${series}`);
    const turns = mock.method(timers, 'setImmediate');
    const { metrics, errors } = await read();
    turns.mock.restore();
    assert.deepEqual(errors, []);
    assert.ok(turns.mock.callCount() > 4);
    for (const { dataPoints } of metrics)
      assert.equal(new Set(dataPoints.map(point => point.attributes['span.name'])).size, 3_000);
    assert.deepEqual(
      metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.length]),
      [
        ['traces.span.metrics.calls', 3_000],
        ['traces.span.metrics.duration', 3_000],
      ],
    );
  });

  it('does not decode a data point with 100,000 attributes', async () => {
    const bytes = field(1, field(2, field(2, field(5, field(1, times(100_000, 0x3a, 0))))));
    const text = Array.from(bytes, byte => `\\${byte.toString(16).padStart(2, '0')}`).join('');
    const guest = await guestWith({
      imports:
        '(func $result (import "opentelemetry.io/wasm" "set_result_metrics") (param i32 i32)) (func $temporality (import "opentelemetry.io/wasm" "get_temporality") (result i32))',
      memory: '(memory (export "memory") 4)',
      more: `(data (i32.const 0) "${text}") (func (export "collect_metrics") (result i32) (call $result (i32.const 0) (i32.const ${bytes.length})) (i32.const 0))`,
    });
    const { errors } = await app({ guest }).read();
    assert.deepEqual(
      errors.map(error => (error as { code: string }).code),
      ['DECODE'],
    );
  });

  it('rejects a guest without collect_metrics; other adapters reject one with it', async () => {
    assert.throws(() => new WasmSpanMetrics('otelwasm:filter', NO_HURRY), {
      code: 'ABI_MISMATCH',
      message: /"collect_metrics" \(or "otelwasm_collect_metrics"\) is missing: expected \(\) -> \(i32\)/,
    });
    const refusal = {
      code: 'ABI_MISMATCH',
      message: /"get_temporality" .* is available only in WasmSpanMetrics/,
    };
    assert.throws(() => new WasmSpanProcessor(GUEST), refusal);
    assert.throws(() => new WasmSampler(GUEST), refusal);
    // There it is loaded beside the app.
    const beside = new WasmSpanProcessor(GUEST, { isolation: 'worker' });
    await assert.rejects(beside.ready(), refusal);
    await beside.shutdown();
  });

  it('is rejected by hosts without the extension, with the name of the missing import', () => {
    for (const naming of ['v1', '0.1.0']) {
      const { conforms, hosts } = checkGuest(`build/shipped/${naming}/span-metrics.wasm`);
      assert.ok(conforms);
      const others = hosts.filter(({ host }) => host !== 'this host');
      assert.ok(others.length > 0);
      for (const { runs, problems } of others) {
        assert.equal(runs, false);
        assert.match(problems.join(), /get_temporality/);
      }
    }
  });

  it('rejects invalid options', () => {
    for (const options of [
      { unsampled: 1 },
      { exporter: 'console' },
      { temporalityPreference: 'both' },
      { isolation: 'worker' },
      { onError: 'drop' },
    ])
      assert.throws(() => new WasmSpanMetrics(GUEST, options as object), { code: 'INVALID_OPTION' });
    for (const pluginConfig of [
      { dimensions: ['span.name'] },
      { dimensions: ['a', 'a'] },
      { excludeDimensions: ['a'] },
      { histogram: { unit: 'h' } },
      { histogram: { buckets: [2, 1] } },
      { histogram: { buckets: [1], exponential: true } },
      { histogram: { maxSize: 5 } },
      { maxSeries: 0 },
      { exemplars: -1 },
      { dimension: [] },
    ])
      assert.throws(() => new WasmSpanMetrics(GUEST, { ...NO_HURRY, pluginConfig }), {
        code: 'START_FAILED',
        message: /pluginConfig/,
      });
  });

  async function reportOf(metrics: WasmSpanMetrics): Promise<string[]> {
    return pointsOf(otlpToJson('metrics', await metrics.collectOtlp()));
  }
});
