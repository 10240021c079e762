import assert from 'node:assert/strict';
import { ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  AggregationType,
  createDenyListAttributesProcessor,
  InMemoryMetricExporter,
  type MetricData,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { openGuest, type TestGuest } from '../../src/testing';
import { built } from '../support/built';

const DROPPED = 'user.id';

/** One recording: of which instrument, a value in halves, and its attributes. */
interface Recording {
  readonly instrument: number;
  readonly halves: number;
  readonly attributes: Readonly<Record<string, string>>;
}

const recordings = fc.array(
  fc.record({
    instrument: fc.nat(4),
    halves: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1_000_000 })),
    attributes: fc.record({
      [DROPPED]: fc.constantFrom('1', '2', '3', '4'),
      route: fc.constantFrom('/a', '/b'),
    }),
  }),
  { minLength: 2, maxLength: 60 },
);

const EXPONENTIAL: ViewOptions = {
  instrumentName: 'exponential',
  aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
};
const attributesProcessors = [createDenyListAttributesProcessor([DROPPED])];
const WITHOUT: ViewOptions[] = [
  ...['ints', 'doubles', 'histogram'].map(instrumentName => ({ instrumentName, attributesProcessors })),
  { ...EXPONENTIAL, attributesProcessors },
];

/** What an SDK exports of the recordings. */
async function collect(
  list: readonly Recording[],
  temporality: AggregationTemporality,
  views: ViewOptions[],
): Promise<ResourceMetrics> {
  const exporter = new InMemoryMetricExporter(temporality);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader], views });
  const meter = provider.getMeter('test');
  const ints = meter.createCounter('ints', { valueType: ValueType.INT });
  const doubles = meter.createUpDownCounter('doubles');
  const histogram = meter.createHistogram('histogram');
  const exponential = meter.createHistogram('exponential');
  const write = [
    (value: number, attributes: object) => ints.add(Math.ceil(value), attributes as never),
    (value: number, attributes: object) => doubles.add(value, attributes as never),
    (value: number, attributes: object) => histogram.record(value, attributes as never),
    (value: number, attributes: object) => exponential.record(value, attributes as never),
    (value: number, attributes: object) => exponential.record(value === 0.5 ? 0 : value, attributes as never),
  ];
  for (const { instrument, halves, attributes } of list) write[instrument](halves / 2, attributes);
  await provider.forceFlush();
  const [metrics] = exporter.getMetrics();
  await provider.shutdown();
  return metrics;
}

/** Points by metric and route, without times, which differ from run to run. */
function pointsOf(metrics: readonly MetricData[]): Record<string, unknown> {
  return Object.fromEntries(
    metrics.flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => [
        `${descriptor.name} ${String(attributes.route)} ${Object.keys(attributes).length}`,
        JSON.parse(JSON.stringify(value)) as unknown,
      ]),
    ),
  );
}

describe('data points that become equal', function () {
  this.timeout(60_000);
  let guest: TestGuest<'metrics'>;
  before(() => {
    built('redact');
    guest = openGuest('metrics', 'build/guests/redact.wasm', { pluginConfig: { remove: [DROPPED] } });
  });

  for (const temporality of [AggregationTemporality.DELTA, AggregationTemporality.CUMULATIVE]) {
    it(`are what an SDK records without the attribute, ${AggregationTemporality[temporality]}`, async () => {
      await fc.assert(
        fc.asyncProperty(recordings, async list => {
          const whole = await collect(list, temporality, [EXPONENTIAL]);
          const expected = await collect(list, temporality, WITHOUT);
          const [merged] = guest.consume([whole]).items as readonly ResourceMetrics[];
          const names = (metrics: ResourceMetrics): MetricData[] =>
            metrics.scopeMetrics.flatMap(s => s.metrics);
          assert.deepEqual(pointsOf(names(merged)), pointsOf(names(expected)));
        }),
        { numRuns: 60 },
      );
    });
  }
});
