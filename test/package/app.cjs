// An app that has nothing but the packed package and an SDK. The SDK's package is named by the caller.
const assert = require('node:assert/strict');
const { WasmSpanProcessor, WasmMetricProcessor, WasmLogRecordProcessor, OtelWasmError } = require('otelwasm');
const sdk = require(process.argv[2]);

async function main() {
  const Provider = sdk.BasicTracerProvider ?? sdk.TracerProvider;
  for (const isolation of ['inline', 'worker']) {
    const exporter = new sdk.InMemorySpanExporter();
    const processor = new WasmSpanProcessor('filter.wasm', {
      exporter,
      isolation,
      pluginConfig: { drop: ['/healthz'] },
    });
    await processor.ready();
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
  }
  assert.throws(
    () => new WasmMetricProcessor('missing.wasm'),
    error => error instanceof OtelWasmError && error.code === 'GUEST_NOT_FOUND',
  );
  assert.throws(() => new WasmLogRecordProcessor('filter.wasm'), { code: 'ABI_MISMATCH' });
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
