/** The apps of the package test: the same few lines for each line of the SDK, module system and runtime. */

/** Lines of the SDK: packages, and those with TypeScript's types for all signals. */
export const SDKS = [
  {
    name: 'SDK 2.0',
    node: '20',
    trace: '@opentelemetry/sdk-trace-base',
    provider: 'BasicTracerProvider',
    packages: {
      '@opentelemetry/api': '1.9.0',
      '@opentelemetry/sdk-trace-base': '2.0.0',
      '@opentelemetry/sdk-metrics': '2.0.0',
      '@opentelemetry/sdk-logs': '0.200.0',
    },
  },
  {
    name: 'SDK 2.12',
    node: '20',
    trace: '@opentelemetry/sdk-trace-base',
    provider: 'BasicTracerProvider',
    packages: {
      '@opentelemetry/api': '1.9.1',
      '@opentelemetry/sdk-trace-base': '2.12.0',
      '@opentelemetry/sdk-metrics': '2.12.0',
      '@opentelemetry/sdk-logs': '0.223.0',
    },
  },
  {
    name: 'SDK 3.1',
    node: '24',
    trace: '@opentelemetry/sdk-trace',
    provider: 'TracerProvider',
    packages: {
      '@opentelemetry/api': '1.10.0',
      '@opentelemetry/sdk-trace': '3.1.1',
      '@opentelemetry/sdk-metrics': '3.1.1',
      '@opentelemetry/sdk-logs': '3.1.1',
    },
  },
];

/** What an app prints when everything works. */
export const EXPECTED = [
  'started once',
  'inline kept: wanted',
  'worker kept: wanted',
  'refused: GUEST_NOT_FOUND',
];

/**
 * An app that filters two spans, inline and in a worker.
 * @param guest an expression for the guest
 */
export function appCode({ trace, provider }, { esm, guest = "'filter.wasm'" }) {
  const imported = (names, from) =>
    esm ? `import { ${names} } from '${from}';` : `const { ${names} } = require('${from}');`;
  return `${imported('trace, context', '@opentelemetry/api')}
${imported(`InMemorySpanExporter, ${provider}`, trace)}
${imported('WasmSpanProcessor, OtelWasmError', 'otelwasm')}

console.log('started once');
async function main() {
  for (const isolation of ['inline', 'worker']) {
    const exporter = new InMemorySpanExporter();
    const processor = new WasmSpanProcessor(${guest}, { exporter, isolation, pluginConfig: { drop: ['/healthz'] } });
    await processor.ready();
    const tracer = new ${provider}({ spanProcessors: [processor] }).getTracer('app');
    tracer.startSpan('noise', { attributes: { 'url.path': '/healthz' } }).end();
    tracer.startSpan('wanted', { attributes: { 'url.path': '/users' } }).end();
    await processor.forceFlush();
    console.log(isolation, 'kept:', exporter.getFinishedSpans().map(span => span.name).join());
    await processor.shutdown();
  }
  try {
    new WasmSpanProcessor('missing.wasm');
  } catch (error) {
    console.log('refused:', error instanceof OtelWasmError && error.code);
  }
}
main().then(() => process.exit(0), error => { console.error(error); process.exit(1); });
`;
}

/** Throws unless the app printed what it should, each line once. */
export function expectApp(printed) {
  const lines = printed.trim().split('\n');
  if (lines.length !== EXPECTED.length || EXPECTED.some((line, index) => lines[index] !== line))
    throw new Error(`the app printed:\n${printed}`);
}
