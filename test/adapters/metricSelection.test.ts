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

describe('the temporality asked of a metric reader', () => {
  const lines = captureDiag();

  for (const preference of ['cumulative', 'delta', 'lowmemory'] as const) {
    it(`is for ${preference} the one of the SDK's OTLP exporter, from the option or the environment`, () => {
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

  it('is cumulative when nothing is said, or something that does not exist, which is logged', () => {
    assert.deepEqual(chosenBy(selectionFor(undefined, undefined)), stock('cumulative'));
    const wrong = withEnvironment({ [VARIABLE]: 'sometimes' }, () => selectionFor(undefined, undefined));
    assert.deepEqual(chosenBy(wrong), stock('cumulative'));
    assert.match(lines.join('\n'), /is "sometimes": allowed are cumulative, delta, lowmemory/);
  });

  it('is what the next exporter asks for, whatever the environment says of OTLP', () => {
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

  it('is the stated preference before what the next exporter asks for', () => {
    const exporter = new InMemoryMetricExporter(DELTA);
    assert.deepEqual(chosenBy(selectionFor('cumulative', exporter)), stock('cumulative'));
  });

  it('must exist', () => {
    assert.throws(() => selectionFor('always' as never, undefined), {
      code: 'INVALID_OPTION',
      message: 'temporalityPreference is "always": allowed is "cumulative", "delta" or "lowmemory"',
    });
  });
});

describe('the metric adapters ask their reader for', () => {
  const processor = async (options: WasmMetricProcessorOptions): Promise<WasmMetricProcessor> =>
    new WasmMetricProcessor(await guestFor('metrics', 'unchanged'), options);
  const select = (adapter: WasmMetricProcessor | WasmMetricExporter): Record<string, string> =>
    chosen(type => adapter.selectAggregationTemporality(type));

  it('what their exporter asks for, called on that exporter: temporality and aggregation', async () => {
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

  it('the default aggregation when nobody says otherwise', async () => {
    const aggregation = (await processor({})).selectAggregation(InstrumentType.HISTOGRAM);
    assert.deepEqual(aggregation, { type: AggregationType.DEFAULT });
  });

  it('what the last of them asks for, when one is the exporter of another', async () => {
    const guest = await guestFor('metrics', 'unchanged');
    const last = new WasmMetricExporter(guest, { temporalityPreference: 'lowmemory' });
    const adapter = await processor({ exporter: await processor({ exporter: last }) });
    assert.deepEqual(select(adapter), stock('lowmemory'));
  });

  it('as an exporter, its own preference, cumulative by default, whatever the environment says', async () => {
    const guest = await guestFor('metrics', 'unchanged');
    const byDefault = withEnvironment({ [VARIABLE]: 'delta' }, () => new WasmMetricExporter(guest));
    assert.deepEqual(select(byDefault), stock('cumulative'));
    assert.deepEqual(
      select(new WasmMetricExporter(guest, { temporalityPreference: 'delta' })),
      stock('delta'),
    );
  });
});
