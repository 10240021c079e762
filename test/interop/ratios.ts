/**
 * What a guest costs in each language: the same filter on the same 512 spans, in relation to the SDK's serializer in
 * the same run. Ratios hold; microseconds depend on the machine.
 *
 *   node scripts/interop.mjs && npx ts-node --transpile-only test/interop/ratios.ts
 */
import { statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { guestPath, host, isBuilt } from './guests';

const SPANS = 512;
const ROUNDS = 30;
/** Calls in a row, so that a cheap guest is not measured on caches that an expensive one has emptied. */
const CALLS = 10;

const drop = { drop: [{ attribute: 'url.path', equals: '/healthz' }] };
const ottl = { traces: { span: ['attributes["url.path"] == "/healthz"'] } };
const statements = { trace_statements: ['set(span.attributes["env"], "prod")'] };
const guests: readonly [name: string, what: string, pluginConfig: unknown][] = [
  ['c/filter', 'C, slicing', drop],
  ['rust/filter', 'Rust, slicing', drop],
  ['filter', 'AssemblyScript, slicing', drop],
  ['go/slicefilter', 'Go, slicing', drop],
  ['go/filter', 'Go, filterprocessor (OTTL)', ottl],
  ['go/transform', 'Go, transformprocessor (one set)', statements],
  [
    'go/attributes',
    'Go, attributesprocessor (one upsert)',
    { actions: [{ key: 'env', value: 'prod', action: 'upsert' }] },
  ],
  [
    'go/redaction',
    'Go, redactionprocessor (one pattern)',
    { allow_all_keys: true, blocked_values: ['4[0-9]{15}'] },
  ],
];

/** HTTP server spans; every tenth is a health check. */
function httpSpans() {
  const exporter = new InMemorySpanExporter();
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer(
    'http',
  );
  for (let i = 0; i < SPANS; i++) {
    const path = i % 10 === 0 ? '/healthz' : `/cart/${i}`;
    tracer
      .startSpan(`GET ${path}`, {
        attributes: {
          'http.request.method': 'GET',
          'url.path': path,
          'url.scheme': 'http',
          'server.address': 'shop.example.com',
          'server.port': 8080,
          'client.address': '10.1.2.3',
          'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64)',
          'network.protocol.version': '1.1',
          'http.route': '/cart/:id',
          'http.response.status_code': 200,
        },
      })
      .end();
  }
  return exporter.getFinishedSpans();
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];

function timed(work: () => unknown): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

const spans = httpSpans();
const serialize = () => ProtobufTraceSerializer.serializeRequest(spans)!;
const batch = serialize();
const cases = guests
  .filter(([name]) => isBuilt(name))
  .map(([name, what, pluginConfig]) => {
    let hosted = host(name, { pluginConfig }); // once for the engine's caches: what follows is a warm start
    const startMillis = timed(() => (hosted = host(name, { pluginConfig })));
    const { instance } = hosted;
    return { name, what, startMillis, instance, times: [] as number[] };
  });

const serializing: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  for (let call = 0; call < CALLS; call++) serializing.push(timed(serialize));
  for (const { instance, times } of cases)
    for (let call = 0; call < CALLS; call++) times.push(timed(() => instance.consume(batch)));
}

const base = median(serializing.slice((ROUNDS * CALLS) / 3));
console.log(`SDK's serializer: ${(base * 1_000).toFixed(0)} µs for ${SPANS} spans, ${batch.length} bytes`);
console.table(
  cases.map(({ name, what, startMillis, instance, times }) => {
    const call = median(times.slice((ROUNDS * CALLS) / 3));
    return {
      guest: what,
      KB: Math.ceil(statSync(guestPath(name)).size / 1_000),
      'µs per batch': Math.round(call * 1_000),
      'of serializing': Number((call / base).toFixed(3)),
      'ms to start': Math.round(startMillis),
      MiB: Number((instance.memoryBytes / 2 ** 20).toFixed(1)),
    };
  }),
);
