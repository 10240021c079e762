/**
 * An app that sends spans, metrics and logs through WebAssembly guests: filtered, redacted, and with attributes renamed and
 * hashed. Prints what went in and what left the process.
 *
 *   npm run -s build && npm run -s build:guests && npx ts-node examples/all-signals/main.ts [--stdout]
 *
 * With OTEL_EXPORTER_OTLP_ENDPOINT set all of it goes there; else to an OTLP/HTTP endpoint inside this process. With
 * `--stdout` it goes nowhere: a guest prints it.
 */
import { startEmbeddedSink } from '../support/embeddedSink';
import { printCounts, printReceived } from './report';
import { takeOrders } from './shop';
import { createAdapters, startTelemetry } from './telemetry';

async function main(): Promise<void> {
  const toStdout = process.argv.includes('--stdout');
  const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const sink = endpoint === undefined && !toStdout ? await startEmbeddedSink() : undefined;
  if (sink !== undefined) process.env.OTEL_EXPORTER_OTLP_ENDPOINT = sink.url;

  const adapters = createAdapters(toStdout);
  const sdk = startTelemetry(adapters);
  takeOrders(50);
  await sdk.shutdown();

  printCounts(adapters);
  if (sink !== undefined) {
    printReceived({
      traces: sink.received('/v1/traces'),
      metrics: sink.received('/v1/metrics'),
      logs: sink.received('/v1/logs'),
    });
    await sink.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
