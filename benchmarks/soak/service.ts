/** The app under load: one HTTP service, its instrumentation, and a span processor with a guest that fails all the time, or the SDK's. */
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type Http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { WasmSpanProcessor } from '../../src';
import type { FromService, ServiceOptions, SoakProcessor } from './messages';

const SAMPLE_MILLIS = 2_000;
const MEBIBYTE = 2 ** 20;

const options = JSON.parse(process.argv[2]) as ServiceOptions;
const send = (message: FromService): void => void process.send?.(message);

const uncaught: string[] = [];
process.on('uncaughtException', error => uncaught.push(String(error)));
process.on('unhandledRejection', error => uncaught.push(String(error)));

let spansEnded = 0;
const scheduledDelayMillis = 100;
const processor = options.processor === 'stock' ? undefined : wasmProcessor(options.processor);
const sdk = new NodeSDK({
  resource: resourceFromAttributes({ 'service.name': 'soak' }),
  spanProcessors: [
    {
      onStart: () => undefined,
      onEnd: () => void spansEnded++,
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    },
    processor ??
      new BatchSpanProcessor(new OTLPTraceExporter({ url: options.otlpUrl }), { scheduledDelayMillis }),
  ],
  metricReaders: [],
  logRecordProcessors: [],
  instrumentations: [new HttpInstrumentation()],
});
sdk.start();

const whole = watchDelay();
let recent = watchDelay();
let requests = 0;

function wasmProcessor(isolation: Exclude<SoakProcessor, 'stock'>): WasmSpanProcessor {
  return new WasmSpanProcessor(options.guestFile, {
    ...{ isolation, guestTimeoutMillis: options.guestTimeoutMillis, scheduledDelayMillis },
    maxMemoryBytes: 16 * MEBIBYTE,
    restart: { initialDelayMillis: 20, maxDelayMillis: 200 },
    otlp: { url: options.otlpUrl },
  });
}

function watchDelay(): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution: 5 });
  histogram.enable();
  return histogram;
}

/** In milliseconds, without the histogram's own resolution. */
const millis = (nanos: number): number => Math.max(0, nanos / 1e6 - 5);

function sample(): void {
  const delay = { p99: millis(recent.percentile(99)), max: millis(recent.max) };
  recent.disable();
  gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const { errors, restarts } = processor?.stats ?? { errors: {}, restarts: 0 };
  send({
    kind: 'sample',
    sample: {
      seconds: performance.now() / 1_000,
      heapMebibytes: heapUsed / MEBIBYTE,
      rssMebibytes: rss / MEBIBYTE,
      delayP99Millis: delay.p99,
      delayMaxMillis: delay.max,
      requests,
      errors: Object.values(errors).reduce((sum, count) => sum + count, 0),
      restarts,
    },
  });
  recent = watchDelay();
}

function main(): void {
  // After the SDK, so that its instrumentation sees it, which does not look at import().
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { createServer } = require('node:http') as typeof Http;
  const tracer = trace.getTracer('soak');
  const server = createServer((request, response) => {
    requests++;
    tracer.startActiveSpan('work', span => {
      span.setAttribute('user.id', requests % 1_000);
      response.end(JSON.stringify({ path: request.url, requests }));
      span.end();
    });
  });
  server.listen(0, '127.0.0.1', () =>
    send({ kind: 'listening', port: (server.address() as AddressInfo).port }),
  );
  const sampling = setInterval(sample, SAMPLE_MILLIS);
  process.on('message', () => void end());
  // Its own end, or that of a run that failed: nothing is left behind.
  process.on('disconnect', () => process.exit());

  async function end(): Promise<void> {
    clearInterval(sampling);
    const delay = { delayP99Millis: millis(whole.percentile(99)), delayMaxMillis: millis(whole.max) };
    server.close();
    server.closeAllConnections();
    await sdk.shutdown().catch((error: unknown) => uncaught.push(`shutdown: ${String(error)}`));
    send({ kind: 'report', report: { requests, spansEnded, uncaught, ...delay, stats: processor?.stats } });
    process.disconnect();
  }
}

main();
