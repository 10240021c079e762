import assert from 'node:assert/strict';
import { ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  AggregationType,
  createDenyListAttributesProcessor,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { openGuest, type TestGuest } from '../../src/testing';
import { built } from '../support/built';

const DROPPED = 'url.path';
const TEMPLATE = '/u/{number}';

/** One recording: of which instrument, a value in halves, and its attributes. */
interface Recording {
  readonly instrument: number;
  readonly halves: number;
  readonly attributes: Readonly<Record<string, string>>;
}

const recordings = fc.array(
  fc.record({
    instrument: fc.nat(5),
    halves: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1_000_000 })),
    attributes: fc.record({
      [DROPPED]: fc.constantFrom('/u/1', '/u/2', '/u/3', '/u/4'),
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
  ...['ints', 'doubles', 'histogram', 'gauge'].map(instrumentName => ({
    instrumentName,
    attributesProcessors,
  })),
  { ...EXPONENTIAL, attributesProcessors },
];

/** What an SDK exports of the recordings, collected twice. */
async function collect(
  list: readonly Recording[],
  temporality: AggregationTemporality,
  views: ViewOptions[],
): Promise<ResourceMetrics[]> {
  const exporter = new InMemoryMetricExporter(temporality);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader], views });
  const meter = provider.getMeter('test');
  const ints = meter.createCounter('ints', { valueType: ValueType.INT });
  const doubles = meter.createUpDownCounter('doubles');
  const histogram = meter.createHistogram('histogram');
  const gauge = meter.createGauge('gauge');
  const exponential = meter.createHistogram('exponential');
  const write = [
    (value: number, attributes: object) => ints.add(Math.ceil(value), attributes as never),
    (value: number, attributes: object) => doubles.add(value, attributes as never),
    (value: number, attributes: object) => histogram.record(value, attributes as never),
    (value: number, attributes: object) => exponential.record(value, attributes as never),
    (value: number, attributes: object) => {
      // Zeros never come alone: merging those with others, the SDK lowers the scale more than there is need.
      exponential.record(value, attributes as never);
      exponential.record(0, attributes as never);
    },
    (value: number, attributes: object) => {
      // Once for each series: which of several was recorded last, the SDK does not export.
      const series = JSON.stringify(attributes);
      if (!recorded.has(series)) gauge.record(value, attributes as never);
      recorded.add(series);
    },
  ];
  const recorded = new Set<string>();
  for (const [index, { instrument, halves, attributes }] of list.entries()) {
    if (index === list.length >> 1) await provider.forceFlush();
    write[instrument](halves / 2, attributes);
  }
  await provider.forceFlush();
  const metrics = exporter.getMetrics();
  await provider.shutdown();
  return metrics;
}

/** Points by metric and route, without times, which differ from run to run. */
function pointsOf({ scopeMetrics }: ResourceMetrics): Record<string, unknown> {
  return Object.fromEntries(
    scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => {
          const { [DROPPED]: dropped = TEMPLATE, ...others } = attributes;
          assert.equal(dropped, TEMPLATE);
          return [
            `${descriptor.name} ${JSON.stringify(others)}`,
            JSON.parse(JSON.stringify(value)) as unknown,
          ];
        }),
      ),
  );
}

const GUESTS: readonly [string, unknown][] = [
  ['redact', { remove: [DROPPED] }],
  ['templates', null],
];

for (const [name, pluginConfig] of GUESTS) {
  describe(`data points that become equal in ${name}`, function () {
    this.timeout(60_000);
    let guest: TestGuest<'metrics'>;
    before(() => {
      built(name);
      guest = openGuest('metrics', `build/guests/${name}.wasm`, { pluginConfig });
    });

    for (const temporality of [AggregationTemporality.DELTA, AggregationTemporality.CUMULATIVE]) {
      it(`merge to what an SDK records without the attribute, ${AggregationTemporality[temporality]}`, async () => {
        await fc.assert(
          fc.asyncProperty(recordings, async list => {
            const whole = await collect(list, temporality, [EXPONENTIAL]);
            const expected = await collect(list, temporality, WITHOUT);
            assert.equal(whole.length, expected.length);
            for (const [index, metrics] of whole.entries()) {
              const [merged = { scopeMetrics: [] }] = guest.consume([metrics]).items as ResourceMetrics[];
              assert.deepEqual(pointsOf(merged as ResourceMetrics), pointsOf(expected[index]));
            }
          }),
          { numRuns: 40 },
        );
      });
    }
  });
}
