import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { WasmMetricProcessor } from '../../src';
import { decodeMetrics } from '../../src/otlp';
import { golden } from '../otlp/golden/golden';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';
import { PROCESSORS } from './adapters';
import { guestFor } from './guestFor';

const UNAVAILABLE = { status: 503, headers: { 'retry-after': '0' } };

describe('with node:http instrumented', () => {
  const made = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(made)] });
  // The test's own server is in this process; what matters is who sends.
  const instrumentation = new HttpInstrumentation({ disableIncomingRequestInstrumentation: true });
  let server: OtlpServer;

  before(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    instrumentation.setTracerProvider(provider);
    instrumentation.enable();
    // The hook sees node:http when it is required: that was long ago here, so once more.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    require('node:http');
  });
  after(() => {
    instrumentation.disable();
    context.disable();
  });
  beforeEach(async () => {
    made.reset();
    server = await startOtlpServer();
  });
  afterEach(() => server.close());

  const clientSpans = (): string[] => made.getFinishedSpans().map(({ name }) => name);

  it('requests of the app create spans', async () => {
    const [response] = (await once(http.get(server.url), 'response')) as [http.IncomingMessage];
    await once(response.resume(), 'end');
    assert.deepEqual(clientSpans(), ['GET']);
  });

  for (const isolation of ['inline', 'worker'] as const) {
    for (const kind of PROCESSORS) {
      it(`${kind.name}, ${isolation}, creates none when it sends and retries`, async () => {
        const next = { otlp: { url: server.url } };
        const driven = kind.drive(await guestFor(kind.signal, 'echoes'), { isolation }, next);
        await driven.adapter.ready();
        server.answer(UNAVAILABLE, UNAVAILABLE);
        // Recorded inside a span of the app, which an export that did not mind would become a child of.
        const parent = trace.setSpan(context.active(), provider.getTracer('test').startSpan('app'));
        await context.with(parent, () => driven.record('a', 'b'));
        await context.with(parent, () => driven.record('c'));
        await driven.shutdown();
        assert.equal(server.requests.length, 4);
        assert.deepEqual(clientSpans(), []);
      });
    }

    it(`an export without suppressed tracing creates none, ${isolation}`, async () => {
      const guest = await guestFor('metrics', 'echoes');
      const processor = new WasmMetricProcessor(guest, { isolation, otlp: { url: server.url } });
      server.answer(UNAVAILABLE);
      const { resourceMetrics } = decodeMetrics(golden('metrics'));
      const { code } = await new Promise<ExportResult>(resolve =>
        processor.export(resourceMetrics[0], resolve),
      );
      assert.equal(code, ExportResultCode.SUCCESS);
      await processor.shutdown();
      assert.equal(server.requests.length, 2);
      assert.deepEqual(clientSpans(), []);
    });
  }
});
