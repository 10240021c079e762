/**
 * A Node service that filters and redacts its own spans with two WebAssembly guests, and shows what left the process.
 *
 *   npm start
 *
 * With OTEL_EXPORTER_OTLP_ENDPOINT set the spans go there; else to an OTLP/HTTP endpoint inside this process.
 */
import { createSpanProcessor, made, startTelemetry } from './telemetry';
import { startEmbeddedSink } from '../support/embeddedSink';
import { printReport } from './report';
import { generateTraffic, startService } from './service';

async function main(): Promise<void> {
  const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const sink = endpoint === undefined ? await startEmbeddedSink() : undefined;
  if (sink !== undefined) process.env.OTEL_EXPORTER_OTLP_ENDPOINT = sink.url;

  const spanProcessor = createSpanProcessor();
  const sdk = startTelemetry(spanProcessor);
  const service = await startService();
  await generateTraffic(service, 100);
  await new Promise(resolve => service.close(resolve));
  await sdk.shutdown();

  printReport({
    made: made.byRoute,
    stats: spanProcessor.stats,
    target: endpoint ?? 'the embedded sink',
    received: sink?.received('/v1/traces'),
  });
  await sink?.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
