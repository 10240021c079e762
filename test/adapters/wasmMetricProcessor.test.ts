import assert from 'node:assert/strict';
import { ValueType } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { WasmMetricProcessor } from '../../src';
import { exampleGuest, guestFor } from './guestFor';
import { itemNames } from './itemNames';
import { golden } from '../otlp/golden/golden';
import { readWithProtobufjs } from '../otlp/protobufjs';
import { captureDiag } from '../support/diagLines';
import { withEnvironment } from '../support/environment';
import { assemble } from '../support/guests';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';

const VARIABLE = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';

/** Every kind of instrument, recorded by one MeterProvider that two readers look at. */
class Recordings {
  readonly #readers: PeriodicExportingMetricReader[];
  readonly #provider: MeterProvider;
  readonly #record: (round: number) => void;

  constructor(...exporters: PushMetricExporter[]) {
    this.#readers = exporters.map(
      exporter => new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 }),
    );
    const exponential = { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 20 } } as const;
    this.#provider = new MeterProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop', 'service.instance.id': 7 }),
      readers: this.#readers,
      views: [{ instrumentName: 'sizes', aggregation: exponential }],
    });
    const meter = this.#provider.getMeter('cart', '1.2.3', { schemaUrl: 'https://example.com/1' });
    const orders = meter.createCounter('orders', { valueType: ValueType.INT, unit: '{order}' });
    const revenue = meter.createCounter('revenue', { unit: 'EUR', description: 'all of it' });
    const open = meter.createUpDownCounter('open', { valueType: ValueType.INT });
    const latency = meter.createHistogram('latency', { unit: 'ms' });
    const sizes = meter.createHistogram('sizes', { unit: 'By' });
    let round = 0;
    meter.createObservableGauge('temperature').addCallback(result => {
      result.observe(-3.5 + round, { room: 'a' });
      result.observe(round, { room: 'b' });
    });
    meter.createObservableCounter('ticks').addCallback(result => result.observe(round * 10));
    meter.createObservableUpDownCounter('level').addCallback(result => result.observe(5 - round));
    this.#record = now => {
      round = now;
      orders.add(now, { route: '/cart' });
      orders.add(2, { route: '/pay', paid: true });
      revenue.add(0.25 * now);
      open.add(now === 1 ? 3 : -5);
      for (const value of [0, 1, 7.5, 80, 99_999]) latency.record(value * now, { route: '/cart' });
      for (const value of [0, 0.001, 3, 4, 4_096]) sizes.record(value * now);
    };
  }

  /** Records, then has every reader collect and export. */
  async round(number: number): Promise<void> {
    this.#record(number);
    for (const reader of this.#readers) await reader.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#provider.shutdown();
  }
}

/** A payload without its times: the two readers collect one after the other. That there are times is checked. */
function timeless(payload: Uint8Array): unknown {
  return JSON.parse(JSON.stringify(readWithProtobufjs('metrics', payload)), (key, value: unknown) => {
    if (!key.endsWith('UnixNano')) return value;
    assert.match(String(value), /^1\d{18}$/);
    return 'time';
  });
}

describe('WasmMetricProcessor', () => {
  const lines = captureDiag();
  let stock: OtlpServer;
  let ours: OtlpServer;
  beforeEach(async () => {
    stock = await startOtlpServer();
    ours = await startOtlpServer();
  });
  afterEach(async () => {
    await stock.close();
    await ours.close();
  });

  for (const preference of ['cumulative', 'delta', 'lowmemory']) {
    for (const way of ['as bytes', 'decoded, through the stock exporter'] as const) {
      it(`sends the same as the stock OTLP exporter, in ${preference}, ${way}`, async () => {
        const guest = await guestFor('metrics', 'echoes');
        const recordings = withEnvironment({ [VARIABLE]: preference }, () => {
          const next =
            way === 'as bytes'
              ? { otlp: { url: ours.url } }
              : { exporter: new OTLPMetricExporter({ url: ours.url }) };
          return new Recordings(
            new OTLPMetricExporter({ url: stock.url }),
            new WasmMetricProcessor(guest, next),
          );
        });
        await recordings.round(1);
        await recordings.round(2);
        await recordings.round(3);
        await recordings.shutdown();
        const [expected, sent] = [stock, ours].map(({ requests }) =>
          requests.map(({ payload }) => timeless(payload)),
        );
        assert.equal(expected.length, 4);
        assert.deepEqual(sent, expected);
        assert.equal(itemNames('metrics', ours.requests[0].payload).length, 8);
      });
    }
  }

  it('collects with the temporality of its option', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const processor = new WasmMetricProcessor(await guestFor('metrics', 'unchanged'), {
      exporter,
      temporalityPreference: 'delta',
    });
    const recordings = new Recordings(processor);
    await recordings.round(1);
    const [{ scopeMetrics }] = exporter.getMetrics();
    const orders = scopeMetrics[0].metrics.filter(({ descriptor }) => descriptor.name === 'orders')[0];
    assert.equal(orders.aggregationTemporality, AggregationTemporality.DELTA);
    await recordings.shutdown();
  });

  it('drops metrics and data points by the configuration of the example guest', async () => {
    const pluginConfig = { drop: ['lat*', { name: 'temperature', attributes: { room: 'b' } }] };
    const processor = new WasmMetricProcessor(
      { guest: exampleGuest('metrics-filter'), pluginConfig },
      { otlp: { url: ours.url } },
    );
    const recordings = new Recordings(processor);
    await recordings.round(1);
    await recordings.shutdown();
    const [{ payload }] = ours.requests;
    const left = ['level', 'open', 'orders', 'revenue', 'sizes', 'temperature', 'ticks'];
    assert.deepEqual(itemNames('metrics', payload).sort(), left);
    assert.ok(!Buffer.from(payload).includes('latency'));
    assert.equal(processor.stats.itemsDropped, 2 * 2);
  });

  describe('whose guest returns metrics that the SDK cannot represent', () => {
    /** Answers every batch with the golden metrics: among them a summary of one data point, exemplars, flags. */
    const goldenGuest = (): Promise<Uint8Array> => {
      const bytes = golden('metrics');
      const data = [...bytes].map(byte => `\\${byte.toString(16).padStart(2, '0')}`).join('');
      return assemble(`(module
        (import "opentelemetry.io/wasm" "set_result_metrics" (func $set_result (param i32 i32)))
        (memory (export "memory") 16)
        (func (export "abi_version_v1"))
        (func (export "alloc") (param i32) (result i32) (i32.const 65536))
        (func (export "start") (result i32) (i32.const 0))
        (func (export "shutdown") (result i32) (i32.const 0))
        (func (export "consume_metrics") (param i32 i32) (result i32)
          (call $set_result (i32.const 16) (i32.const ${bytes.length}))
          (i32.const 0))
        (data (i32.const 16) "${data}"))`);
    };

    it('counts and logs them for an exporter of the SDK and passes on the rest', async () => {
      const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
      const processor = new WasmMetricProcessor(await goldenGuest(), { exporter });
      const recordings = new Recordings(processor);
      await recordings.round(1);
      const names = exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
        .map(({ descriptor }) => descriptor.name);
      assert.deepEqual(names, [
        'temperature',
        'sessions',
        'orders',
        'balance',
        'latency',
        'latency.total',
        'sizes',
      ]);
      assert.deepEqual(processor.stats.itemsFailed, { UNREPRESENTABLE: 1 });
      assert.equal(processor.stats.itemsOut, 9);
      const [line] = lines.filter(text => text.includes('UNREPRESENTABLE'));
      assert.match(line, /^warn: otelwasm:WasmMetricProcessor UNREPRESENTABLE: 1 items dropped/);
      assert.match(
        line,
        /summary \(1 data points\).*exemplars \(3 data points\)|exemplars \(3 data points\).*summary/,
      );
      await recordings.shutdown();
    });

    it('sends them over OTLP without loss', async () => {
      const processor = new WasmMetricProcessor(await goldenGuest(), { otlp: { url: ours.url } });
      const recordings = new Recordings(processor);
      await recordings.round(1);
      await recordings.shutdown();
      assert.deepEqual(ours.requests[0].payload, golden('metrics'));
      assert.deepEqual(processor.stats.itemsFailed, {});
    });
  });
});
