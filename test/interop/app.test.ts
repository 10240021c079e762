import assert from 'node:assert/strict';
import { BasicTracerProvider, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { WasmSpanProcessor } from '../../src';
import { guestPath, needs } from './guests';

/** OTTL statements in a Node app: the three lines that users write. */
describe('processors of the Collector inside an app', function () {
  it('filter and change spans of the app', async function () {
    needs(this, 'go/filter', 'go/transform');
    const exporter = new InMemorySpanExporter();
    const processor = new WasmSpanProcessor(
      [
        {
          guest: guestPath('go/filter'),
          pluginConfig: { traces: { span: ['attributes["url.path"] == "/healthz"'] } },
        },
        {
          guest: guestPath('go/transform'),
          pluginConfig: { trace_statements: ['replace_pattern(span.name, "/[0-9]+", "/{id}")'] },
        },
      ],
      { exporter, guestTimeoutMillis: 10_000 },
    );
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('shop');
    for (const path of ['/healthz', '/cart/42', '/cart/43'])
      tracer.startSpan(`GET ${path}`, { attributes: { 'url.path': path } }).end();
    await processor.forceFlush();
    assert.deepEqual(
      exporter.getFinishedSpans().map(({ name }) => name),
      ['GET /cart/{id}', 'GET /cart/{id}'],
    );
    await processor.shutdown();
    assert.deepEqual(
      { in: processor.stats.itemsIn, out: processor.stats.itemsOut, dropped: processor.stats.itemsDropped },
      { in: 3, out: 2, dropped: 1 },
    );
  });
});
