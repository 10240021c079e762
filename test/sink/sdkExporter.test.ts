import assert from 'node:assert/strict';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExportResultCode, isTracingSuppressed } from '@opentelemetry/core';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { OtelWasmError } from '../../src/abi/errors';
import type { SdkExporter } from '../../src/otel';
import { concatBytes, decodeTraces, encodeTraces } from '../../src/otlp';
import { createSdkExporterSink, discardSink } from '../../src/sink';
import { field } from '../support/protobuf';
import { names, tracesOf } from '../support/spans';
import { owned } from '../../src/abi';

/** Whatever shape of result `decode` has to answer with. */
const decode = ((bytes: Uint8Array, maxMessages: number) => {
  const batch = decodeTraces(bytes, maxMessages);
  return Object.assign([batch], { batches: [batch] });
}) as Parameters<typeof createSdkExporterSink<ReadableSpan[]>>[2];

const exporterThat = (exports: SdkExporter<ReadableSpan[]>['export']): SdkExporter<ReadableSpan[]> => ({
  export: exports,
  shutdown: () => Promise.resolve(),
});

describe('SDK exporter sink', () => {
  const bytes = tracesOf('a', 'b');

  it('passes decoded spans to the exporter', async () => {
    const exporter = new InMemorySpanExporter();
    const sink = createSdkExporterSink('traces', exporter, decode);
    assert.deepEqual(await sink.send(owned(bytes)), { status: 'sent' });
    assert.deepEqual(
      exporter.getFinishedSpans().map(({ name }) => name),
      ['a', 'b'],
    );
  });

  const refusals: [string, SdkExporter<ReadableSpan[]>['export'], string, RegExp][] = [
    [
      'fails',
      (_, callback) => callback({ code: ExportResultCode.FAILED, error: new Error('full') }),
      'EXPORT_FAILED',
      /the exporter failed: full/,
    ],
    [
      'fails without an error',
      (_, callback) => callback({ code: ExportResultCode.FAILED }),
      'EXPORT_FAILED',
      /no reason given/,
    ],
    [
      'throws',
      () => {
        throw new TypeError('broken');
      },
      'EXPORT_FAILED',
      /the exporter failed: broken/,
    ],
  ];
  for (const [what, exports, code, message] of refusals) {
    it(`an exporter that ${what} fails the batch`, async () => {
      const outcome = await createSdkExporterSink('traces', exporterThat(exports), decode).send(owned(bytes));
      assert.equal(outcome.status, 'refused');
      const { error } = outcome as { error: OtelWasmError };
      assert.equal(error.code, code);
      assert.match(error.message, message);
    });
  }

  it('ignores a second answer of an exporter', async () => {
    const twice = exporterThat((_, callback) => {
      callback({ code: ExportResultCode.SUCCESS });
      callback({ code: ExportResultCode.FAILED });
    });
    assert.deepEqual(await createSdkExporterSink('traces', twice, decode).send(owned(bytes)), {
      status: 'sent',
    });
  });

  it('fails with DECODE for bytes that are not OTLP and does not call the exporter', async () => {
    const sink = createSdkExporterSink(
      'traces',
      exporterThat(() => assert.fail('exported')),
      decode,
    );
    const outcome = await sink.send(owned(Uint8Array.of(10, 200)));
    assert.equal((outcome as { error: OtelWasmError }).error.code, 'DECODE');
    const odd = createSdkExporterSink(
      'traces',
      exporterThat(() => assert.fail('exported')),
      () => {
        throw new RangeError('odd');
      },
    );
    assert.equal(((await odd.send(owned(bytes))) as { error: OtelWasmError }).error.code, 'DECODE');
  });

  it('flushes and shuts down the exporter, also one without forceFlush', async () => {
    const calls: string[] = [];
    const sink = createSdkExporterSink(
      'traces',
      {
        export: () => undefined,
        forceFlush: async () => void calls.push('flush'),
        shutdown: async () => void calls.push('shutdown'),
      },
      decode,
    );
    await sink.forceFlush();
    await sink.shutdown();
    assert.deepEqual(calls, ['flush', 'shutdown']);
    await createSdkExporterSink(
      'traces',
      exporterThat(() => undefined),
      decode,
    ).forceFlush();
  });

  it('suppresses tracing around the export, which would otherwise create spans', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    try {
      let suppressed = false;
      const exporter = exporterThat((_, callback) => {
        suppressed = isTracingSuppressed(context.active());
        callback({ code: ExportResultCode.SUCCESS });
      });
      await createSdkExporterSink('traces', exporter, decode).send(owned(bytes));
      assert.ok(suppressed && !isTracingSuppressed(context.active()));
    } finally {
      context.disable();
    }
  });

  it('nowhere accepts everything', async () => {
    assert.deepEqual(await discardSink.send(owned(bytes)), { status: 'sent' });
    await discardSink.forceFlush();
    await discardSink.shutdown();
  });
});

describe('SDK exporter sink, with more than one decoding step', () => {
  /** Spans with an attribute that is a list of so many numbers: 11 bytes and a message each. */
  const withEmbedding = (spans: number, numbers: number): Uint8Array =>
    encodeTraces(
      decodeTraces(tracesOf(...Array.from({ length: spans }, (_, index) => `span ${index}`))).map(span =>
        Object.assign(span, { attributes: { embedding: new Array(numbers).fill(0.5) } }),
      ),
    );

  it('exports all of 512 spans with an embedding of 2,048 numbers in parts, in order', async () => {
    const exporter = new InMemorySpanExporter();
    const sink = createSdkExporterSink('traces', exporter, decode);
    assert.deepEqual(await sink.send(owned(withEmbedding(512, 2_048))), { status: 'sent' });
    const spans = exporter.getFinishedSpans();
    assert.deepEqual(
      spans.map(({ name }) => name),
      Array.from({ length: 512 }, (_, index) => `span ${index}`),
    );
    assert.ok(spans.every(({ attributes }) => (attributes.embedding as number[]).length === 2_048));
  }).timeout(60_000);

  it('yields to the event loop before each part', async () => {
    const exporter = new InMemorySpanExporter();
    let isDone = false;
    const seen = new Set<number>();
    const look = (): void => {
      seen.add(exporter.getFinishedSpans().length);
      if (!isDone) setImmediate(look);
    };
    setImmediate(look);
    await createSdkExporterSink('traces', exporter, decode).send(owned(withEmbedding(512, 2_048)));
    isDone = true;
    // 2^20 messages, of 2^15 at most in a part.
    assert.ok(seen.size > 32, `${seen.size} turns`);
  }).timeout(60_000);

  it('exports a single item of 60,000 values', async () => {
    const exporter = new InMemorySpanExporter();
    const sink = createSdkExporterSink('traces', exporter, decode);
    assert.deepEqual(await sink.send(owned(withEmbedding(1, 60_000))), { status: 'sent' });
    assert.equal((exporter.getFinishedSpans()[0].attributes.embedding as number[]).length, 60_000);
  });

  it('counts only a single item that is too large', async () => {
    const exporter = new InMemorySpanExporter();
    const sink = createSdkExporterSink('traces', exporter, decode);
    const large = withEmbedding(1, 2 ** 20);
    const outcome = await sink.send(owned(Uint8Array.from([...tracesOf('a'), ...large, ...tracesOf('b')])));
    assert.ok(outcome.status === 'refused');
    assert.deepEqual([outcome.items, outcome.error.code], [1, 'DECODE']);
    assert.deepEqual(
      exporter.getFinishedSpans().map(({ name }) => name),
      ['a', 'b'],
    );
  }).timeout(60_000);
});

describe('SDK exporter sink, with an envelope larger than the items', () => {
  const SPANS = 64;
  for (const mebibytes of [1, 32]) {
    it(`copies an envelope of ${mebibytes} MiB a few times instead of once per part, and counts the remaining items`, async () => {
      const spans = decodeTraces(tracesOf(...names(SPANS))).map(span =>
        Object.assign(span, { attributes: { embedding: new Array(10_000).fill(0.5) } }),
      );
      // A field that nobody knows lies beside all items.
      const unknown = field(15, new Uint8Array(mebibytes * 2 ** 20));
      const payload = concatBytes([unknown, encodeTraces(spans)]);
      let decodedBytes = 0;
      const exporter = new InMemorySpanExporter();
      const sink = createSdkExporterSink('traces', exporter, (bytes: Uint8Array, maxMessages: number) => {
        decodedBytes += bytes.length;
        return decode(bytes, maxMessages);
      });
      const outcome = await sink.send(owned(payload));
      assert.ok(outcome.status === 'refused');
      assert.equal(outcome.error.code, 'DECODE');
      assert.equal(Number(outcome.items) + exporter.getFinishedSpans().length, SPANS);
      assert.ok(decodedBytes < 6 * payload.length + 2 ** 25, `${decodedBytes} bytes decoded`);
    }).timeout(20_000);
  }
});

describe('SDK exporter sink, with several batches', () => {
  const items = { batches: [1, 2, 3], itemsOf: (batch: number) => batch };

  it('fails only those that the exporter rejected', async () => {
    const sink = createSdkExporterSink<number>(
      'traces',
      {
        export: (batch, callback) => callback({ code: batch === 2 ? 1 : 0 }),
        shutdown: () => Promise.resolve(),
      },
      () => items,
    );
    const outcome = await sink.send(owned(new Uint8Array()));
    assert.equal(outcome.status === 'refused' && outcome.items, 2);
  });

  it('treats a rejected promise of an async export as a failure', async () => {
    const sink = createSdkExporterSink<number>(
      'traces',
      {
        // As a function of JavaScript may be, whatever its type says.
        export(): void {
          return Promise.reject(new Error('no disk')) as unknown as void;
        },
        shutdown: () => Promise.resolve(),
      },
      () => items,
    );
    const outcome = await sink.send(owned(new Uint8Array()));
    assert.match(outcome.status === 'refused' ? outcome.error.message : '', /no disk/);
  });
});
