/**
 * Metrics of all requests, while a tenth of the spans is exported: a guest counts spans as they end, sampled or not.
 *
 *   npx ts-node examples/instrumentation/metrics.ts
 */
import { SpanStatusCode } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  createAlwaysRecordSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { WasmSpanMetrics } from 'otelwasm';
import { formatTable } from '../support/table';

const REQUESTS = 1_000;

async function main(): Promise<void> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const spanMetrics = new WasmSpanMetrics('otelwasm:span-metrics', {
    pluginConfig: { dimensions: ['http.route'], excludeDimensions: ['service.name', 'span.kind'] },
    unsampled: true,
    exporter,
    guestTimeoutMillis: 10_000,
  });
  const meterProvider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, metricProducers: [spanMetrics] })],
  });
  const spans = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({
    sampler: createAlwaysRecordSampler(new TraceIdRatioBasedSampler(0.1)),
    spanProcessors: [spanMetrics, new SimpleSpanProcessor(spans)],
  });

  const tracer = tracerProvider.getTracer('app');
  for (let i = 0; i < REQUESTS; i++) {
    const span = tracer.startSpan('GET', {
      attributes: { 'http.route': i % 4 === 0 ? '/orders' : '/users' },
    });
    if (i % 100 === 0) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }
  await meterProvider.forceFlush();

  const [calls] = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    .filter(({ descriptor }) => descriptor.name.endsWith('calls'));
  const rows = calls.dataPoints.map(({ attributes, value }) => [
    ...[String(attributes['http.route']), String(attributes['status.code']), Number(value)],
  ]);
  console.log(formatTable([['route', 'status', 'calls'], ...rows]));
  console.log(`Spans exported: ${spans.getFinishedSpans().length} of ${REQUESTS}`);
  await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown()]);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
