// The same by `import`: named imports of the CommonJS build.
import { WasmSpanProcessor } from 'otelwasm';

const sdk = await import(process.argv[2]);
const Provider = sdk.BasicTracerProvider ?? sdk.TracerProvider;
const exporter = new sdk.InMemorySpanExporter();
const processor = new WasmSpanProcessor('filter.wasm', { exporter, pluginConfig: { drop: ['/healthz'] } });
const provider = new Provider({ spanProcessors: [processor] });
const tracer = provider.getTracer('app');
tracer.startSpan('noise', { attributes: { 'url.path': '/healthz' } }).end();
tracer.startSpan('wanted', { attributes: { 'url.path': '/users' } }).end();
await provider.forceFlush();
console.log(
  'kept:',
  exporter
    .getFinishedSpans()
    .map(span => span.name)
    .join(),
);
await provider.shutdown();
