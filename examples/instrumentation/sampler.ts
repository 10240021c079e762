/**
 * A guest that decides when a span starts: health checks are never recorded, nor is what they cause.
 *
 *   npx ts-node examples/instrumentation/sampler.ts
 */
import { context, type Tracer, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { WasmSampler } from 'otelwasm';
import { formatTable } from '../support/table';

const PATHS = ['/users/7', '/healthz', '/users/42', '/healthz'];

function main(): void {
  const sampler = new WasmSampler('build/guests/filter.wasm', {
    pluginConfig: { drop: ['/healthz'] },
    // On a machine that is very busy the default may be over before the guest was given any time.
    guestTimeoutMillis: 10_000,
  });
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    sampler: new ParentBasedSampler({ root: sampler }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('app');
  for (const path of PATHS) handleRequest(tracer, path);

  const exported = exporter.getFinishedSpans().map(({ name }) => name);
  const rows = [...new Set(exported)].map(name => [name, exported.filter(other => other === name).length]);
  console.log(formatTable([['span', 'exported'], ...rows]));
  const { itemsIn, itemsDropped } = sampler.stats;
  console.log(`The guest was asked ${itemsIn} times, and dropped ${itemsDropped}`);
}

/** As HTTP instrumentation and a middleware's make them. */
function handleRequest(tracer: Tracer, path: string): void {
  const request = tracer.startSpan('GET', { attributes: { 'url.path': path } });
  tracer.startSpan('middleware', {}, trace.setSpan(context.active(), request)).end();
  request.end();
}

main();
