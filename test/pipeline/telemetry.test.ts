import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attributes } from '@opentelemetry/api';
import {
  type DataPoint,
  DataPointType,
  type Histogram,
  MeterProvider,
  type MetricData,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  type Guests,
  WasmLogRecordExporter,
  WasmMetricExporter,
  WasmSpanProcessor,
  type WasmSpanProcessorOptions,
} from '../../src';
import { RUNNER_STATES, type RunnerState } from '../../src/runner';
import { guestFor } from '../adapters/guestFor';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';
import { tracerFor } from '../support/spans';

class ManualReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}

  /** The adapter's metrics by name, without `otelwasm.`. */
  async read(): Promise<Map<string, MetricData>> {
    const { resourceMetrics, errors } = await this.collect();
    assert.deepEqual(errors, []);
    const metrics = resourceMetrics.scopeMetrics
      .filter(({ scope }) => scope.name === 'otelwasm')
      .flatMap(scopeMetrics => scopeMetrics.metrics);
    return new Map(metrics.map(metric => [metric.descriptor.name.replace(/^otelwasm\./, ''), metric]));
  }
}

/** The table of metrics in the docs: name without `otelwasm.`, kind, unit. */
const TABLE: readonly (readonly string[])[] = [
  ...readFileSync(join(__dirname, '../../docs/self-telemetry.md'), 'utf8').matchAll(
    /^\| `otelwasm\.([\w.]+)` \| ([\w -]+), `(.+?)` \|/gm,
  ),
].map(([, ...columns]) => columns);

function kindOf(metric: MetricData): string {
  if (metric.dataPointType === DataPointType.HISTOGRAM) return 'histogram';
  assert.equal(metric.dataPointType, DataPointType.SUM);
  return metric.isMonotonic ? 'counter' : 'up-down counter';
}

/** The values of `guest.state`: 1 for the state that the guest is in, 0 for all others. */
function statesOf(guest: string, current: RunnerState): Record<string, number> {
  return Object.fromEntries(RUNNER_STATES.map(state => [`${guest} ${state}`, state === current ? 1 : 0]));
}

describe('metrics of an adapter', () => {
  let server: OtlpServer;
  let reader: ManualReader;
  let meterProvider: MeterProvider;
  beforeEach(async () => {
    server = await startOtlpServer();
    reader = new ManualReader();
    meterProvider = new MeterProvider({ readers: [reader] });
  });
  afterEach(async () => {
    await meterProvider.shutdown();
    await server.close();
  });

  /** Sends batches of spans through an adapter, and shuts it down. */
  async function run(guests: Guests, batches: string[][], options: WasmSpanProcessorOptions = {}) {
    const otlp = { url: server.url };
    const processor = new WasmSpanProcessor(guests, { otlp, meterProvider, ...options });
    const tracer = tracerFor(processor);
    for (const names of batches) {
      for (const name of names) tracer.startSpan(name).end();
      await processor.forceFlush().catch(() => undefined);
    }
    return processor;
  }

  const pointsOf = (metrics: Map<string, MetricData>, name: string): DataPoint<unknown>[] =>
    (metrics.get(name)?.dataPoints as DataPoint<unknown>[] | undefined) ?? [];

  /** Values by the attributes that are the metric's own. */
  const values = (metrics: Map<string, MetricData>, name: string, ...by: string[]): object =>
    Object.fromEntries(
      pointsOf(metrics, name).map(({ attributes, value }) => [
        by.map(key => attributes[key]).join(' '),
        value,
      ]),
    );

  it('match the documented names, kinds, units and component attributes', async () => {
    const guest = await guestFor('traces', 'obeysSpanNames');
    const processor = await run(guest, [['a', 'b.TRAP']]);
    const metrics = await reader.read();
    const found = [...metrics].map(([name, metric]) => [name, kindOf(metric), metric.descriptor.unit]);
    assert.deepEqual(found.sort(), [...TABLE].sort());
    const [{ attributes: first }] = pointsOf(metrics, 'adapter.items.in');
    assert.match(String(first['otel.component.name']), /^otelwasm\.WasmSpanProcessor\/\d+$/);
    for (const { dataPoints, descriptor } of metrics.values()) {
      assert.ok(descriptor.description.length > 0);
      for (const { attributes } of dataPoints as { attributes: Attributes }[]) {
        assert.equal(attributes['otel.component.type'], 'otelwasm.WasmSpanProcessor');
        assert.equal(attributes['otel.component.name'], first['otel.component.name']);
        assert.equal(attributes['otelwasm.signal'], 'traces');
      }
    }
    await processor.shutdown();
  });

  it('match the stats: items, bytes, calls, errors, restarts, memory, state', async () => {
    const guests = [
      { guest: await guestFor('traces', 'obeysSpanNames') },
      { guest: await guestFor('traces', 'unchanged') },
    ];
    const processor = await run(guests, [
      ['a', 'b', 'c'],
      ['d', 'e.TRAP'],
      ['f.TWIN'],
      ['g.NONE', 'h'],
      ['i.REFU'],
    ]);
    const metrics = await reader.read();
    const { stats } = processor;
    assert.deepEqual(values(metrics, 'adapter.items.in'), { '': 9 });
    assert.deepEqual(values(metrics, 'adapter.items.out'), { '': 6 });
    assert.deepEqual(values(metrics, 'adapter.items.added'), { '': 1 });
    assert.deepEqual(values(metrics, 'adapter.items.dropped', 'otelwasm.drop.reason'), {
      guest_decision: 2,
      GUEST_TRAP: 1,
      GUEST_STATUS: 1,
    });
    const wire = server.requests.reduce((sum, { payload }) => sum + payload.length, 0);
    assert.deepEqual(values(metrics, 'adapter.io', 'otelwasm.io.direction'), {
      in: stats.bytesIn,
      out: wire,
    });
    assert.ok(stats.bytesIn > 0);

    const GUEST = 'otelwasm.guest.name';
    const [first, second] = stats.guests;
    const byGuest = (of: (guest: typeof first) => number) => ({
      [first.name]: of(first),
      [second.name]: of(second),
    });
    assert.deepEqual([first.name, second.name], ['guest', 'guest#2']);
    assert.deepEqual(
      values(metrics, 'guest.calls', GUEST),
      byGuest(({ calls }) => calls),
    );
    assert.ok(first.calls > 5 && second.calls === 3);
    assert.deepEqual(values(metrics, 'guest.errors', GUEST, 'error.type'), {
      [`${first.name} GUEST_TRAP`]: first.errors.GUEST_TRAP,
      [`${first.name} GUEST_STATUS`]: 1,
    });
    assert.deepEqual(
      values(metrics, 'guest.restarts', GUEST),
      byGuest(({ restarts }) => restarts),
    );
    assert.ok(first.restarts > 0);
    assert.deepEqual(
      values(metrics, 'guest.memory.usage', GUEST),
      byGuest(() => 16 * 65_536),
    );
    assert.deepEqual(values(metrics, 'guest.state', GUEST, 'otelwasm.guest.state'), {
      ...statesOf(first.name, 'running'),
      ...statesOf(second.name, 'running'),
    });
    await processor.shutdown();
  });

  it('record the duration of each call in seconds, of failed ones by error', async () => {
    const guest = await guestFor('traces', 'obeysSpanNames');
    const processor = await run(guest, [['a'], ['b'], ['c.LOOP']], {
      guestTimeoutMillis: 150,
      startTimeoutMillis: 10_000,
    });
    const durations = pointsOf(await reader.read(), 'guest.call.duration') as DataPoint<Histogram>[];
    const byError = new Map(durations.map(({ attributes, value }) => [attributes['error.type'], value]));
    assert.equal(byError.get(undefined)?.count, 2);
    assert.ok((byError.get(undefined)?.sum ?? 1) < 0.3);
    const { count = 0, min = 0, max = 0 } = byError.get('GUEST_TIMEOUT') ?? {};
    assert.equal(count, processor.stats.errors.GUEST_TIMEOUT);
    assert.ok(min >= 0.14 && max < 5, `${min} to ${max}`);
    await processor.shutdown();
  });

  it('report one state of a guest per collection', async () => {
    const processor = await run(await guestFor('traces', 'unchanged'), [['a']]);
    const [{ name }] = processor.stats.guests;
    const states = async (): Promise<unknown> =>
      values(await reader.read(), 'guest.state', 'otelwasm.guest.name', 'otelwasm.guest.state');
    assert.deepEqual(await states(), statesOf(name, 'running'));
    await processor.shutdown();
    assert.deepEqual(await states(), statesOf(name, 'stopped'));
    assert.deepEqual(await states(), statesOf(name, 'stopped'));
  });

  it('are observed once more at shutdown, and then the adapter is released', async () => {
    const removed: unknown[] = [];
    const meter = meterProvider.getMeter('otelwasm');
    const remove = meter.removeBatchObservableCallback.bind(meter);
    meter.removeBatchObservableCallback = (callback, observables) => {
      removed.push(callback);
      remove(callback, observables);
    };
    const processor = await run(await guestFor('traces', 'unchanged'), [['a']]);
    await reader.read();
    assert.equal(removed.length, 0);
    await processor.shutdown();
    await reader.read();
    await reader.read();
    assert.equal(removed.length, 1);
  });

  it('keep their last values and state after shutdown', async () => {
    const processor = await run(await guestFor('traces', 'unchanged'), [['a']]);
    await processor.shutdown();
    const metrics = await reader.read();
    assert.deepEqual(values(metrics, 'adapter.items.out'), { '': 1 });
    assert.deepEqual(
      values(metrics, 'guest.state', 'otelwasm.guest.name', 'otelwasm.guest.state'),
      statesOf(processor.stats.guests[0].name, 'stopped'),
    );
  });

  it('distinguish signals and two adapters of one kind', async () => {
    const one = await run(await guestFor('traces', 'unchanged'), [['a']]);
    const two = await run(await guestFor('traces', 'unchanged'), [['b', 'c']]);
    const metric = new WasmMetricExporter(await guestFor('metrics', 'unchanged'), { meterProvider });
    const log = new WasmLogRecordExporter(await guestFor('logs', 'unchanged'), { meterProvider });
    const points = pointsOf(await reader.read(), 'adapter.items.in');
    const names = points.map(({ attributes }) => attributes['otel.component.name']);
    assert.equal(new Set(names).size, 4);
    assert.deepEqual(
      points.map(({ attributes, value }) => [attributes['otelwasm.signal'], value]),
      [
        ['traces', 1],
        ['traces', 2],
        ['metrics', 0],
        ['logs', 0],
      ],
    );
    await Promise.all([one, two, metric, log].map(adapter => adapter.shutdown()));
  });

  it('need a MeterProvider', async () => {
    const guest = await guestFor('traces', 'unchanged');
    assert.throws(() => new WasmSpanProcessor(guest, { meterProvider: {} as MeterProvider }), {
      code: 'INVALID_OPTION',
      message: 'meterProvider is {}: allowed is a MeterProvider',
    });
  });
});
