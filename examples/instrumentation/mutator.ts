/**
 * A guest that redacts spans as they end, in place: what every exporter of the app sees is redacted.
 *
 *   npx ts-node examples/instrumentation/mutator.ts
 */
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { WasmSpanMutator } from 'otelwasm';
import { formatTable } from '../support/table';

async function main(): Promise<void> {
  const mutator = new WasmSpanMutator('build/guests/redact.wasm', {
    pluginConfig: { keys: ['user.email'] },
    // On a machine that is very busy the default may be over before the guest was given any time.
    guestTimeoutMillis: 10_000,
  });
  const exporters = { first: new InMemorySpanExporter(), second: new InMemorySpanExporter() };
  const provider = new BasicTracerProvider({
    // Their order does not matter: a span is changed before any processor is told that it has ended.
    spanProcessors: [
      new SimpleSpanProcessor(exporters.first),
      mutator,
      new BatchSpanProcessor(exporters.second),
    ],
  });
  const span = provider.getTracer('app').startSpan('GET /users/:id');
  span.setAttribute('user.email', 'jane@example.com');
  span.end();
  await provider.forceFlush();

  const rows = Object.entries(exporters).map(([name, exporter]) => [
    name,
    String(exporter.getFinishedSpans()[0].attributes['user.email']),
  ]);
  console.log(formatTable([['exporter', 'user.email'], ...rows]));
  await provider.shutdown();
}

void main();
