import assert from 'node:assert/strict';
import {
  type ExportResult,
  ExportResultCode,
  setGlobalErrorHandler,
  loggingErrorHandler,
} from '@opentelemetry/core';
import {
  BatchLogRecordProcessor,
  LoggerProvider,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import {
  type OtelWasmError,
  type Signal,
  WasmLogRecordExporter,
  WasmMetricExporter,
  WasmSpanExporter,
} from '../../src';
import { exampleGuest, guestFor } from './guestFor';
import { captureDiag } from '../support/diagLines';
import { endSpans, spansNamed } from '../support/spans';

/** The guest of examples that prints each batch as OTLP JSON; its lines come out of the SDK's diagnostics. */
const STDOUT = exampleGuest('stdout-exporter');

describe("in the SDK's own processors and readers,", () => {
  const lines = captureDiag();
  const errors: Error[] = [];
  beforeEach(() => {
    errors.length = 0;
    setGlobalErrorHandler(error => void errors.push(error as Error));
  });
  afterEach(() => setGlobalErrorHandler(loggingErrorHandler()));

  /** The OTLP JSON that the guest printed, line by line. */
  const printed = (): Record<string, never>[] =>
    lines.flatMap(line => {
      const [, json] = /^info: otelwasm:stdout-exporter (\{.*\})$/.exec(line) ?? [];
      return json === undefined ? [] : [JSON.parse(json) as Record<string, never>];
    });

  const spanProcessors: [string, (exporter: WasmSpanExporter) => SpanProcessor, number][] = [
    ['SimpleSpanProcessor', exporter => new SimpleSpanProcessor(exporter), 3],
    ['BatchSpanProcessor', exporter => new BatchSpanProcessor(exporter), 1],
  ];
  for (const [name, create, batches] of spanProcessors) {
    it(`WasmSpanExporter exports the spans of ${name}`, async () => {
      const exporter = new WasmSpanExporter(STDOUT);
      const provider = new BasicTracerProvider({ spanProcessors: [create(exporter)] });
      endSpans(provider.getTracer('test'), ['a', 'b', 'c']);
      await provider.shutdown();
      assert.equal(printed().length, batches);
      const text = JSON.stringify(printed());
      for (const span of ['a', 'b', 'c']) assert.ok(text.includes(`"name":"${span}"`), text);
      assert.equal(exporter.stats.itemsOut, 3);
      assert.equal(exporter.state, 'stopped');
      assert.deepEqual(errors, []);
    });
  }

  const logProcessors: [string, (exporter: WasmLogRecordExporter) => LogRecordProcessor, number][] = [
    ['SimpleLogRecordProcessor', exporter => new SimpleLogRecordProcessor({ exporter }), 3],
    ['BatchLogRecordProcessor', exporter => new BatchLogRecordProcessor({ exporter }), 1],
  ];
  for (const [name, create, batches] of logProcessors) {
    it(`WasmLogRecordExporter exports the records of ${name}`, async () => {
      const exporter = new WasmLogRecordExporter(STDOUT);
      const provider = new LoggerProvider({ processors: [create(exporter)] });
      const logger = provider.getLogger('test');
      for (const body of ['a', 'b', 'c']) logger.emit({ body });
      await provider.shutdown();
      assert.equal(printed().length, batches);
      const text = JSON.stringify(printed());
      for (const body of ['a', 'b', 'c']) assert.ok(text.includes(`"stringValue":"${body}"`), text);
      assert.equal(exporter.stats.itemsOut, 3);
      assert.equal(exporter.state, 'stopped');
      assert.deepEqual(errors, []);
    });
  }

  it('WasmMetricExporter exports the metrics of PeriodicExportingMetricReader', async () => {
    const exporter = new WasmMetricExporter(STDOUT, { temporalityPreference: 'delta' });
    const reader = new PeriodicExportingMetricReader({ exporter });
    const provider = new MeterProvider({ readers: [reader] });
    const counter = provider.getMeter('test').createCounter('orders');
    for (const value of [3, 4]) {
      counter.add(value);
      await reader.forceFlush();
    }
    await provider.shutdown();
    interface Metrics {
      resourceMetrics: { scopeMetrics: { metrics: { sum: object }[] }[] }[];
    }
    const sums = (printed() as unknown as Metrics[])
      .flatMap(({ resourceMetrics }) => resourceMetrics.flatMap(({ scopeMetrics = [] }) => scopeMetrics))
      .flatMap(({ metrics }) => metrics.map(({ sum }) => JSON.stringify(sum)));
    assert.equal(sums.length, 2);
    sums.forEach((sum, index) => assert.match(sum, new RegExp(`"as(Double|Int)":"?${[3, 4][index]}"?`)));
    assert.equal(exporter.state, 'stopped');
    assert.deepEqual(errors, []);
  });

  it('a failure of the guest reaches the global error handler with its reason', async () => {
    const exporter = new WasmMetricExporter(await guestFor('metrics', 'refusesWithReason'));
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    provider.getMeter('test').createCounter('orders').add(1);
    await reader.forceFlush().catch((error: Error) => errors.push(error));
    assert.match(errors.map(({ message }) => message).join('\n'), /the first batch: nö/);
    await provider.shutdown().catch(() => undefined);
  });
});

describe('export() of', () => {
  type Export = (batch: unknown, callback: (result: ExportResult) => void) => void;
  const EXPORTERS: Record<
    string,
    [Signal, (guest: Uint8Array) => { export: Export; stats: { itemsFailed: object } }]
  > = {
    WasmSpanExporter: ['traces', guest => new WasmSpanExporter(guest) as never],
    WasmMetricExporter: ['metrics', guest => new WasmMetricExporter(guest) as never],
    WasmLogRecordExporter: ['logs', guest => new WasmLogRecordExporter(guest) as never],
  };
  for (const [name, [signal, create]] of Object.entries(EXPORTERS)) {
    it(`${name} calls back with ENCODE and does not throw for an invalid batch`, async () => {
      const exporter = create(await guestFor(signal, 'unchanged'));
      for (const batch of [[null], undefined, [{}]]) {
        const { code, error } = await new Promise<ExportResult>(resolve => exporter.export(batch, resolve));
        assert.equal(code, ExportResultCode.FAILED);
        assert.equal((error as OtelWasmError).code, 'ENCODE');
        assert.match(error?.message ?? '', /^the batch cannot be encoded: /);
      }
      assert.deepEqual(exporter.stats.itemsFailed, { ENCODE: 3 });
    });
  }

  it('WasmSpanExporter accepts the next batch after one that it could not encode', async () => {
    const spans = spansNamed('a');
    const exporter = new WasmSpanExporter(await guestFor('traces', 'unchanged'));
    await new Promise(resolve => exporter.export([spans[0], null as never], resolve));
    const { code } = await new Promise<ExportResult>(resolve => exporter.export(spans, resolve));
    assert.equal(code, ExportResultCode.SUCCESS);
    assert.equal(exporter.stats.itemsOut, 1);
  });
});
