/**
 * A Node app whose spans, metrics and logs go through processors of the OpenTelemetry Collector: OTTL statements and
 * conditions, in WebAssembly guests built from the Collector's own Go packages. Prints each item before and after.
 *
 *   npm run test:interop -- --require go       # builds the guests; needs Go
 *   npm run -s build && npx ts-node examples/collector-processors/main.ts
 */
import { startEmbeddedSink } from '../support/embeddedSink';
import { Before } from './before';
import { missingGuests } from './guests';
import { printBeforeAndAfter } from './report';
import { sellThings } from './shop';
import { createAdapters, startTelemetry } from './telemetry';

async function main(): Promise<void> {
  const missing = missingGuests();
  if (missing.length > 0) {
    console.error(
      `${missing.join(', ')}: not built. Build the guests with: npm run test:interop -- --require go`,
    );
    process.exitCode = 1;
    return;
  }
  const sink = await startEmbeddedSink();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = sink.url;
  try {
    const before = new Before();
    const adapters = createAdapters();
    const sdk = startTelemetry(adapters, before);
    sellThings();
    await sdk.shutdown();
    printBeforeAndAfter(before, sink, adapters);
  } finally {
    await sink.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
