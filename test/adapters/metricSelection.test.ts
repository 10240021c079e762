import assert from 'node:assert/strict';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import {
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
  InstrumentType,
} from '@opentelemetry/sdk-metrics';
import { WasmMetricExporter, WasmMetricProcessor, type WasmMetricProcessorOptions } from '../../src';
import { guestFor } from './guestFor';
import { captureDiag } from '../support/diagLines';
import { withEnvironment } from '../support/environment';
import {
  type MetricSelection,
  selectionFor,
  type TemporalityPreference,
} from '../../src/adapters/metricSelection';

const VARIABLE = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';
const INSTRUMENTS = Object.values(InstrumentType);
const { CUMULATIVE, DELTA } = AggregationTemporality;

/** Temporality of every kind of instrument, by name. */
const chosen = (select: (type: InstrumentType) => AggregationTemporality): Record<string, string> =>
  Object.fromEntries(INSTRUMENTS.map(type => [type, AggregationTemporality[select(type)]]));

/** What the SDK's own OTLP exporter chooses. */
const stock = (preference: TemporalityPreference): Record<string, string> => {
  const exporter = withEnvironment({ [VARIABLE]: preference }, () => new OTLPMetricExporter());
  return chosen(type => exporter.selectAggregationTemporality(type));
};

const chosenBy = ({ temporality }: MetricSelection): Record<string, string> => chosen(temporality);

describe('the temporality selected for a metric reader', () => {
  const lines = captureDiag();

  for (const preference of ['cumulative', 'delta', 'lowmemory'] as const) {
    it(`matches the SDK's OTLP exporter for ${preference}, from the option or the environment`, () => {
      const expected = stock(preference);
      assert.deepEqual(chosenBy(selectionFor(preference, undefined)), expected);
      assert.deepEqual(chosenBy(selectionFor(preference, { shutdown() {} })), expected);
      const upperCase = { [VARIABLE]: preference.toUpperCase() };
      assert.deepEqual(
        withEnvironment(upperCase, () => chosenBy(selectionFor(undefined, undefined))),
        expected,
      );
    });
  }

  it('is cumulative by default and for unknown values, which are logged', () => {
    assert.deepEqual(chosenBy(selectionFor(undefined, undefined)), stock('cumulative'));
    const wrong = withEnvironment({ [VARIABLE]: 'sometimes' }, () => selectionFor(undefined, undefined));
    assert.deepEqual(chosenBy(wrong), stock('cumulative'));
    assert.match(lines.join('\n'), /is "sometimes": allowed are cumulative, delta, lowmemory/);
  });

  it('follows the next exporter, independent of the environment', () => {
    const exporter = new InMemoryMetricExporter(DELTA);
    withEnvironment({ [VARIABLE]: 'cumulative' }, () => {
      const { temporality } = selectionFor(undefined, exporter);
      for (const type of INSTRUMENTS) assert.equal(temporality(type), DELTA);
    });
    const silent = { shutdown() {} };
    withEnvironment({ [VARIABLE]: 'delta' }, () => {
      assert.equal(selectionFor(undefined, silent).temporality(InstrumentType.COUNTER), CUMULATIVE);
    });
  });

  it('follows the option before the next exporter', () => {
    const exporter = new InMemoryMetricExporter(DELTA);
    assert.deepEqual(chosenBy(selectionFor('cumulative', exporter)), stock('cumulative'));
  });

  it('rejects unknown values', () => {
    assert.throws(() => selectionFor('always' as never, undefined), {
      code: 'INVALID_OPTION',
      message: 'temporalityPreference is "always": allowed is "cumulative", "delta" or "lowmemory"',
    });
  });
});

describe('the metric adapters request', () => {
  const processor = async (options: WasmMetricProcessorOptions): Promise<WasmMetricProcessor> =>
    new WasmMetricProcessor(await guestFor('metrics', 'unchanged'), options);
  const select = (adapter: WasmMetricProcessor | WasmMetricExporter): Record<string, string> =>
    chosen(type => adapter.selectAggregationTemporality(type));

  it('temporality and aggregation of their exporter, as a method of it', async () => {
    class Own extends InMemoryMetricExporter {
      readonly aggregation = { type: AggregationType.DROP } as const;
      selectAggregation(): { readonly type: AggregationType.DROP } {
        return this.aggregation;
      }
    }
    const adapter = await processor({ exporter: new Own(DELTA) });
    for (const type of INSTRUMENTS) {
      assert.equal(adapter.selectAggregationTemporality(type), DELTA);
      assert.deepEqual(adapter.selectAggregation(type), { type: AggregationType.DROP });
    }
  });

  it('the default aggregation without another setting', async () => {
    const aggregation = (await processor({})).selectAggregation(InstrumentType.HISTOGRAM);
    assert.deepEqual(aggregation, { type: AggregationType.DEFAULT });
  });

  it('what the last one requests when one is the exporter of another', async () => {
    const guest = await guestFor('metrics', 'unchanged');
    const last = new WasmMetricExporter(guest, { temporalityPreference: 'lowmemory' });
    const adapter = await processor({ exporter: await processor({ exporter: last }) });
    assert.deepEqual(select(adapter), stock('lowmemory'));
  });

  it('their own preference as an exporter, cumulative by default, independent of the environment', async () => {
    const guest = await guestFor('metrics', 'unchanged');
    const byDefault = withEnvironment({ [VARIABLE]: 'delta' }, () => new WasmMetricExporter(guest));
    assert.deepEqual(select(byDefault), stock('cumulative'));
    assert.deepEqual(
      select(new WasmMetricExporter(guest, { temporalityPreference: 'delta' })),
      stock('delta'),
    );
  });
});
