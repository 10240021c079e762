import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, setGlobalErrorHandler } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { type AdapterStats, type Guests, WasmSpanProcessor, type WasmSpanProcessorOptions } from '../../src';
import { spanNames } from '../support/decodeOtlp';
import { captureDiag } from '../support/diagLines';
import { withEnvironment } from '../support/environment';
import { guest, guestWith } from '../support/guests';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';
import { endSpans, names, spansNamed, tracerFor } from '../support/spans';
import { BYTES_CONSUMER } from '../../src/adapters/exporterOption';

/** An exporter whose every answer the test decides. */
class ManualExporter implements SpanExporter {
  readonly batches: ReadableSpan[][] = [];
  readonly callbacks: ((result: ExportResult) => void)[] = [];
  shutdowns = 0;

  constructor(private readonly answer?: ExportResult | Error) {}

  export(spans: ReadableSpan[], callback: (result: ExportResult) => void): void {
    this.batches.push(spans);
    if (this.answer instanceof Error) throw this.answer;
    if (this.answer === undefined) this.callbacks.push(callback);
    else callback(this.answer);
  }

  async shutdown(): Promise<void> {
    this.shutdowns++;
  }

  get names(): string[] {
    return this.batches.flatMap(batch => batch.map(({ name }) => name));
  }
}

const SUCCESS = { code: ExportResultCode.SUCCESS };
const FAILED = { code: ExportResultCode.FAILED, error: new Error('backend is full') };

/**
 * What `returnsUnusualBytes.wat` returns: a span named `odd` with a field of a number that nobody knows, and a length that is
 * written in three bytes where one would do. Whoever decoded and encoded this would send other bytes.
 */
const ODD_BYTES = '0a8c8000120a12082a036f6464a00601';

const failedItems = ({ itemsFailed }: AdapterStats): number =>
  Object.values(itemsFailed).reduce((sum, count) => sum + count, 0);

describe('WasmSpanProcessor', () => {
  const lines = captureDiag();
  const processors: WasmSpanProcessor[] = [];
  const globalErrors: unknown[] = [];

  beforeEach(() => {
    globalErrors.length = 0;
    setGlobalErrorHandler(error => void globalErrors.push(error));
  });
  afterEach(async () => {
    await Promise.allSettled(processors.splice(0).map(processor => processor.shutdown()));
    setGlobalErrorHandler(() => undefined);
  });

  function create(guests: Guests, options: WasmSpanProcessorOptions = {}): WasmSpanProcessor {
    const processor = new WasmSpanProcessor(guests, options);
    processors.push(processor);
    return processor;
  }

  it('passes ended spans through the guest to the exporter', async () => {
    const exporter = new InMemorySpanExporter();
    const processor = create(await guest('obeysSpanNames'), { exporter });
    endSpans(tracerFor(processor), ['a', 'b'], { 'url.path': '/ä' });
    await processor.forceFlush();
    const spans = exporter.getFinishedSpans();
    assert.deepEqual(
      spans.map(({ name }) => name),
      ['a', 'b'],
    );
    assert.equal(spans[0].attributes['url.path'], '/ä');
    assert.equal(spans[0].resource.attributes['service.name'], 'test');
    const { itemsIn, itemsOut, calls } = processor.stats;
    assert.deepEqual([itemsIn, itemsOut, calls], [2, 2, 1]);
  });

  it('sends a batch when it is full and after scheduledDelayMillis', async () => {
    const exporter = new ManualExporter(SUCCESS);
    const processor = create(await guest('unchanged'), {
      exporter,
      maxExportBatchSize: 3,
      scheduledDelayMillis: 20,
    });
    endSpans(tracerFor(processor), names(7));
    for (let tick = 0; exporter.names.length < 7 && tick < 100; tick++) await setTimeout(10);
    assert.deepEqual(
      exporter.batches.map(({ length }) => length),
      [3, 3, 1],
    );
  });

  describe('OTLP/HTTP', () => {
    let server: OtlpServer;
    beforeEach(async () => (server = await startOtlpServer()));
    afterEach(() => server.close());

    const variations: [string, Record<string, string>, boolean][] = [
      ['as they are', {}, false],
      ['with gzip', { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }, false],
      ['with a 503 first', {}, true],
      ['with gzip and a 503 first', { OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip' }, true],
      ['with headers', { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x' }, false],
    ];
    for (const [what, variables, busyFirst] of variations) {
      it(`is the default and gets the exact bytes of the guest: ${what}`, async () => {
        const source = await guest('returnsUnusualBytes');
        const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: server.url, ...variables };
        const processor = withEnvironment(environment, () => create(source));
        if (busyFirst) server.answer({ status: 503, headers: { 'retry-after': '0' } });
        endSpans(tracerFor(processor), ['a', 'b']);
        await processor.forceFlush();
        const expected = Uint8Array.from(Buffer.from(ODD_BYTES, 'hex'));
        assert.deepEqual(
          server.requests.map(({ payload }) => payload),
          busyFirst ? [expected, expected] : [expected],
        );
        const { headers } = server.requests[0];
        assert.equal(headers['content-encoding'], what.includes('gzip') ? 'gzip' : undefined);
        if (what === 'with headers') assert.equal(headers.authorization, 'Bearer x');
        const { itemsOut, itemsDropped, bytesOut } = processor.stats;
        assert.deepEqual([itemsOut, itemsDropped, bytesOut], [1, 1, expected.length]);
      });
    }

    it('gets no request when the guest drops everything', async () => {
      const processor = create(await guest('dropsEverything'), { otlp: { url: server.url } });
      endSpans(tracerFor(processor), ['a']);
      await processor.forceFlush();
      await processor.shutdown();
      assert.equal(server.requests.length, 0);
      assert.equal(processor.stats.itemsDropped, 1);
    });

    it('gets nothing after shutdown', async () => {
      const processor = create(await guest('unchanged'), { otlp: { url: server.url } });
      const tracer = tracerFor(processor);
      endSpans(tracer, ['before']);
      await processor.shutdown();
      endSpans(tracer, ['after']);
      await processor.forceFlush();
      assert.deepEqual(
        server.requests.map(({ payload }) => spanNames(payload)),
        [['before']],
      );
    });

    it('rejects the flush and counts the spans when the server rejects them', async () => {
      server.answer({ status: 400 });
      const processor = create(await guest('unchanged'), { otlp: { url: server.url } });
      endSpans(tracerFor(processor), ['a', 'b']);
      await assert.rejects(processor.forceFlush(), { code: 'EXPORT_FAILED' });
      assert.deepEqual(processor.stats.itemsFailed, { EXPORT_FAILED: 2 });
    });
  });

  it('passes bytes to another adapter without decoding', async () => {
    const exporter = new ManualExporter(SUCCESS);
    const second = create(await guest('unchanged'), { exporter });
    const first = create(await guest('echoes'), { exporter: second });
    endSpans(tracerFor(first), ['a', 'b']);
    await first.forceFlush();
    assert.deepEqual(exporter.names, ['a', 'b']);
    assert.equal(second.stats.bytesIn, first.stats.bytesOut);
    assert.equal(second.stats.bytesIn, first.stats.bytesIn);
    await first.shutdown();
    assert.equal(second.state, 'stopped');
    assert.equal(exporter.shutdowns, 1);
  });

  describe('never throws from span.end()', () => {
    const failing = [
      'traps',
      'loopsInConsume',
      'exits',
      'overflowsStack',
      'garbles',
      'allocReturnsZero',
      'refusesWithReason',
    ];
    for (const name of failing) {
      it(`when the guest fails: ${name}`, async () => {
        const exporter = new ManualExporter(SUCCESS);
        const processor = create(await guest(name), {
          exporter,
          guestTimeoutMillis: 200,
          startTimeoutMillis: 10_000,
        });
        endSpans(tracerFor(processor), names(6));
        await processor.forceFlush();
        assert.equal(failedItems(processor.stats), 6);
        assert.equal(exporter.batches.length, 0);
        assert.deepEqual(globalErrors, []);
      });
    }

    it('when the exporter throws or fails', async () => {
      for (const answer of [new Error('broken'), FAILED]) {
        const exporter = new ManualExporter(answer);
        const processor = create(await guest('unchanged'), { exporter, maxExportBatchSize: 2 });
        endSpans(tracerFor(processor), names(2));
        await processor.forceFlush().catch(() => undefined);
        assert.deepEqual(processor.stats.itemsFailed, { EXPORT_FAILED: 2 });
      }
    });

    it('when a span cannot be encoded: counts it and sends the others', async () => {
      const exporter = new ManualExporter(SUCCESS);
      const processor = create(await guest('unchanged'), { exporter });
      const [good, bad] = spansNamed('good', 'bad');
      Object.defineProperty(bad, 'attributes', {
        get: () => {
          throw new Error('a getter');
        },
      });
      processor.onEnd(good);
      processor.onEnd(bad);
      await processor.forceFlush();
      assert.deepEqual(exporter.names, ['good']);
      assert.deepEqual(processor.stats.itemsFailed, { ENCODE: 1 });
      assert.equal(processor.stats.itemsIn, 2);
    });
  });

  describe('queue', () => {
    it('counts exactly the spans that do not fit', async () => {
      const exporter = new ManualExporter();
      const processor = create(await guest('unchanged'), {
        exporter,
        maxQueueSize: 20,
        maxExportBatchSize: 10,
      });
      const tracer = tracerFor(processor);
      endSpans(tracer, names(100));
      const lost = processor.stats.itemsFailed.QUEUE_FULL ?? 0;
      assert.ok(lost > 0);
      const flushed = processor.forceFlush();
      for (let tick = 0; tick < 200 && exporter.names.length + lost < 100; tick++) {
        exporter.callbacks.splice(0).forEach(callback => callback(SUCCESS));
        await setTimeout(1);
      }
      exporter.callbacks.splice(0).forEach(callback => callback(SUCCESS));
      await flushed;
      assert.equal(exporter.names.length + lost, 100);
      assert.deepEqual(exporter.names, names(100 - lost));
      assert.deepEqual(processor.stats.itemsFailed, { QUEUE_FULL: lost });
      assert.equal(processor.stats.itemsIn, 100);
    });

    it('accepts spans again once there is room', async () => {
      const exporter = new ManualExporter(SUCCESS);
      const processor = create(await guest('unchanged'), {
        exporter,
        maxQueueSize: 4,
        maxExportBatchSize: 4,
      });
      for (let round = 0; round < 5; round++) {
        endSpans(tracerFor(processor), names(4));
        await processor.forceFlush();
      }
      assert.equal(exporter.names.length, 20);
      assert.deepEqual(processor.stats.itemsFailed, {});
    });

    it('logs one line per burst of drops', async () => {
      const processor = create(await guest('unchanged'), {
        exporter: new ManualExporter(),
        maxQueueSize: 2,
        exportTimeoutMillis: 50,
      });
      endSpans(tracerFor(processor), names(50));
      assert.equal(lines.filter(line => line.includes('QUEUE_FULL')).length, 1);
    });

    it('waits for asynchronous attributes of the resource', async () => {
      const exporter = new ManualExporter(SUCCESS);
      const processor = create(await guest('unchanged'), { exporter });
      const resource = resourceFromAttributes({ 'host.name': setTimeout(20, 'later') });
      const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
      provider.getTracer('test').startSpan('a').end();
      await processor.forceFlush();
      assert.equal(exporter.batches[0][0].resource.attributes['host.name'], 'later');
    });
  });

  it('reads OTEL_BSP_* for options that are not set', async () => {
    const bytes = await guest('unchanged');
    const exporter = new ManualExporter(SUCCESS);
    const environment = {
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4',
      OTEL_BSP_SCHEDULE_DELAY: '10',
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
    };
    const processor = withEnvironment(environment, () => create(bytes, { exporter }));
    endSpans(tracerFor(processor), names(10));
    for (let tick = 0; exporter.names.length < 10 && tick < 100; tick++) await setTimeout(5);
    assert.deepEqual(
      exporter.batches.map(({ length }) => length),
      [4, 4, 2],
    );
  });

  it('abandons an export after OTEL_BSP_EXPORT_TIMEOUT', async () => {
    const bytes = await guest('unchanged');
    const exporter = new ManualExporter();
    const processor = withEnvironment({ OTEL_BSP_EXPORT_TIMEOUT: '40' }, () => create(bytes, { exporter }));
    endSpans(tracerFor(processor), ['a']);
    await processor.forceFlush().catch(() => undefined);
    await processor.shutdown().catch(() => undefined);
    assert.deepEqual(processor.stats.itemsFailed, { EXPORT_TIMEOUT: 1 });
  });

  it('ignores unsampled spans', async () => {
    const exporter = new ManualExporter(SUCCESS);
    const processor = create(await guest('unchanged'), { exporter });
    const provider = new BasicTracerProvider({
      sampler: new AlwaysOffSampler(),
      spanProcessors: [processor],
    });
    provider.getTracer('test').startSpan('unsampled').end();
    const [span] = spansNamed('recorded only');
    const unsampled: SpanContext = { ...span.spanContext(), traceFlags: TraceFlags.NONE };
    processor.onStart(span);
    processor.onEnd(Object.create(span, { spanContext: { value: () => unsampled } }) as ReadableSpan);
    await processor.forceFlush();
    assert.equal(processor.stats.itemsIn, 0);
    assert.equal(exporter.batches.length, 0);
  });

  describe('forceFlush', () => {
    it('waits for the exporter and for earlier work in flight', async () => {
      const exporter = new ManualExporter();
      const processor = create(await guest('unchanged'), { exporter, maxExportBatchSize: 2 });
      endSpans(tracerFor(processor), names(2));
      await setTimeout(5);
      assert.equal(exporter.callbacks.length, 1);
      let flushed = false;
      const flush = processor.forceFlush().then(() => (flushed = true));
      await setTimeout(20);
      assert.equal(flushed, false);
      exporter.callbacks[0](SUCCESS);
      await flush;
    });

    it('flushes the exporter', async () => {
      let flushes = 0;
      const exporter = Object.assign(new ManualExporter(SUCCESS), { forceFlush: async () => void flushes++ });
      const processor = create(await guest('unchanged'), { exporter });
      await processor.forceFlush();
      assert.equal(flushes, 1);
    });

    it('ends after exportTimeoutMillis when the exporter hangs', async () => {
      const processor = create(await guest('unchanged'), {
        exporter: new ManualExporter(),
        exportTimeoutMillis: 30,
      });
      endSpans(tracerFor(processor), ['a']);
      await assert.rejects(processor.forceFlush());
      await processor.forceFlush().catch(() => undefined);
      assert.deepEqual(processor.stats.itemsFailed, { EXPORT_TIMEOUT: 1 });
    });
  });

  describe('shutdown', () => {
    it('flushes, then shuts down guest and exporter once; a second call returns the same promise', async () => {
      const exporter = new ManualExporter(SUCCESS);
      const processor = create(await guest('logsShutdown'), { exporter });
      endSpans(tracerFor(processor), ['last']);
      const first = processor.shutdown();
      assert.equal(processor.shutdown(), first);
      await first;
      assert.equal(await processor.shutdown(), undefined);
      assert.deepEqual(exporter.names, ['last']);
      assert.equal(exporter.shutdowns, 1);
      assert.equal(lines.filter(line => line.endsWith('shut down')).length, 1);
      assert.equal(processor.state, 'stopped');
    });

    for (const [what, exporter] of [
      ['the last flush fails', () => new ManualExporter(FAILED)],
      ['the exporter throws', () => new ManualExporter(new Error('broken'))],
      ['the exporter hangs', () => new ManualExporter()],
    ] as const) {
      it(`reaches guest and exporter when ${what}`, async () => {
        const sink = exporter();
        const processor = create(await guest('logsShutdown'), { exporter: sink, exportTimeoutMillis: 40 });
        endSpans(tracerFor(processor), ['last']);
        await assert.rejects(processor.shutdown());
        assert.equal(sink.shutdowns, 1);
        assert.ok(lines.some(line => line.endsWith('shut down')));
        assert.equal(failedItems(processor.stats), 1);
      });
    }

    it('ends while a flush hangs in the exporter', async () => {
      const exporter = Object.assign(new ManualExporter(SUCCESS), {
        forceFlush: () => new Promise<void>(() => undefined),
      });
      const processor = create(await guest('unchanged'), { exporter, exportTimeoutMillis: 40 });
      const flush = assert.rejects(processor.forceFlush(), { code: 'EXPORT_TIMEOUT' });
      await processor.shutdown();
      await flush;
      assert.equal(exporter.shutdowns, 1);
    });

    it('ignores spans that end after it', async () => {
      const exporter = new ManualExporter(SUCCESS);
      const processor = create(await guest('unchanged'), { exporter });
      const tracer = tracerFor(processor);
      const shutdown = processor.shutdown();
      endSpans(tracer, ['during']);
      await shutdown;
      endSpans(tracer, ['after']);
      await processor.forceFlush();
      assert.equal(exporter.batches.length, 0);
      assert.equal(processor.stats.itemsIn, 0);
    });

    it('rejects with the error of the guest', async () => {
      const processor = create(await guest('shutdownFails'), { exporter: new ManualExporter(SUCCESS) });
      await assert.rejects(processor.shutdown(), { code: 'GUEST_STATUS', message: /status 5: not yet/ });
    });
  });

  it('has ready(), state and stats', async () => {
    const processor = create(await guest('traps'), { exporter: new ManualExporter(SUCCESS) });
    await processor.ready();
    assert.equal(processor.state, 'running');
    assert.equal(processor.stats.memoryBytes, 1_048_576);
    endSpans(tracerFor(processor), ['a']);
    await processor.forceFlush();
    assert.equal(processor.state, 'restarting');
    const { errors, guests, restarts } = processor.stats;
    assert.deepEqual(guests[0].errors, errors);
    assert.deepEqual(
      [guests[0].name, guests[0].restarts, guests[0].state],
      ['guest', restarts, 'restarting'],
    );
  });

  describe('constructor', () => {
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), 'otelwasm-'))));
    after(() => rmSync(folder, { recursive: true }));

    it('throws an error with a code for an invalid guest', async () => {
      const text = join(folder, 'text.wasm');
      writeFileSync(text, 'hello, world');
      const wrong: [Guests, string, RegExp][] = [
        [
          join(folder, 'missing.wasm'),
          'GUEST_NOT_FOUND',
          /missing\.wasm: the guest cannot be read at \/.*missing\.wasm: ENOENT/,
        ],
        [text, 'GUEST_INVALID', /text\.wasm: not a WebAssembly module/],
        [await guest('noMarker'), 'ABI_MISMATCH', /no ABI marker/],
        [await guest('experimentalAbi'), 'ABI_MISMATCH', /retired experimental ABI/],
        [await guestWith({ consume: '' }), 'ABI_MISMATCH', /"consume_traces" .*is missing/],
        [await guest('supportsMetricsOnly'), 'ABI_MISMATCH', /does not support traces/],
        [await guest('startFails'), 'START_FAILED', /status 9: no rules given/],
        [7, 'INVALID_OPTION', /guest is 7: allowed are a path/],
        [[], 'INVALID_OPTION', /an array of at least one/],
        [
          { guest: await guest('unchanged'), onerror: 'drop' } as Guests,
          'INVALID_OPTION',
          /option "onerror" does not exist/,
        ],
      ];
      for (const [source, code, message] of wrong)
        assert.throws(
          () => new WasmSpanProcessor(source),
          { name: 'OtelWasmError', code, message },
          String(message),
        );
      const bytes = await guest('needsMuchMemory');
      assert.throws(() => new WasmSpanProcessor(bytes, { maxMemoryBytes: 1_000_000 }), {
        code: 'MEMORY_LIMIT',
      });
    });

    it('throws an error that quotes an invalid option and what is allowed', async () => {
      const bytes = await guest('unchanged');
      const logs = { [BYTES_CONSUMER]: { signal: 'logs' } };
      const wrong: [object | null, RegExp][] = [
        [
          { onerror: 'drop' },
          /option "onerror" does not exist: allowed are pluginConfig, .*onError.*, exporter, otlp/,
        ],
        [{ onError: 'ignore' }, /onError is "ignore": allowed is "drop" or "passthrough"/],
        [{ guestTimeoutMillis: '1s' }, /guestTimeoutMillis is "1s": allowed is a number above 0/],
        [{ maxQueueSize: -1 }, /maxQueueSize is -1: allowed is a whole number above 0/],
        [{ exporter: {} }, /exporter is \{\}: allowed is an exporter for traces/],
        [{ exporter: null }, /exporter is null: allowed is an exporter for traces/],
        [{ exporter: logs }, /exporter is .*logs.*: allowed is .*traces/],
        [
          { exporter: new ManualExporter(), otlp: {} },
          /otlp is set together with exporter: set only one of them/,
        ],
        [{ otlp: { url: 7 } }, /invalid settings of OTLP\/HTTP/],
        [null, /options is null: allowed is an object/],
      ];
      for (const [options, message] of wrong) {
        assert.throws(
          () => new WasmSpanProcessor(bytes, options as WasmSpanProcessorOptions),
          { name: 'OtelWasmError', code: 'INVALID_OPTION', message },
          String(message),
        );
      }
    });
  });
});
