import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { type Guests, WasmSpanProcessor, type WasmSpanProcessorOptions } from '../../../src';
import { exampleGuest } from '../guestFor';
import { decodeOtlp } from '../../support/decodeOtlp';
import { captureDiag } from '../../support/diagLines';
import { guest } from '../../support/guests';
import { type OtlpAnswer, type OtlpServer, startOtlpServer } from '../../support/otlpServer';
import { tracerFor } from '../../support/spans';

const FULL = 64;
const ROUNDS = 3;
const BATCHES_IN_ROUND = 6;
/** So much in each span makes batches large enough to be written where batches before them were. */
const PADDING = 20;

const LIMITS: WasmSpanProcessorOptions = {
  maxExportBatchSize: FULL,
  maxQueueSize: 100 * FULL,
  scheduledDelayMillis: 600_000,
  startTimeoutMillis: 10_000,
  guestTimeoutMillis: 10_000,
};

/** Some requests are to be sent again, but none more often than a sender tries; answers come late, and out of order. */
const ANSWERS = Array.from({ length: 300 }, (_, index): OtlpAnswer => {
  const afterMillis = (index * 7) % 12;
  const isRefused = index < 15 && index % 3 === 1;
  return isRefused ? { status: 503, headers: { 'retry-after': '0' }, afterMillis } : { afterMillis };
});

/** An adapter, where its spans arrive, and which. */
interface Line {
  readonly name: string;
  readonly processor: WasmSpanProcessor;
  /** What is to happen to the span of this number. */
  readonly word: (index: number) => string;
  /** Names of the spans that were taken by the next consumer, as often as they were. */
  readonly arrived: () => string[];
}

/** Names of spans that are whole: every part of each one tells the same name. */
function wholeSpans(payload: Uint8Array): string[] {
  interface Spans {
    resourceSpans: {
      scopeSpans: { spans: { name: string; attributes: { value: { stringValue: string } }[] }[] }[];
    }[];
  }
  const { resourceSpans } = decodeOtlp('traces', payload) as Spans;
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(scope => scope.spans));
  return spans.map(({ name, attributes }) => {
    assert.deepEqual(
      attributes.map(({ value }) => value.stringValue),
      [name, name.repeat(PADDING)],
    );
    return name;
  });
}

/** Keeps the spans it is given, and answers late. */
class KeepingExporter implements SpanExporter {
  readonly spans: ReadableSpan[] = [];

  export(spans: ReadableSpan[], callback: (result: ExportResult) => void): void {
    this.spans.push(...spans);
    setTimeout(() => callback({ code: 0 }), 3);
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

describe('reused buffers', () => {
  captureDiag();
  const servers: OtlpServer[] = [];
  const lines: Line[] = [];
  const nothing = (): string => '';

  afterEach(async () => {
    await Promise.allSettled(lines.splice(0).map(({ processor }) => processor.shutdown()));
    await Promise.all(servers.splice(0).map(server => server.close()));
  });

  async function toServer(
    name: string,
    guests: Guests,
    { word = nothing, gzip = false, ...options }: WasmSpanProcessorOptions & Options = {},
    wrap = (inner: WasmSpanProcessor): WasmSpanProcessor => inner,
  ): Promise<void> {
    const server = await startOtlpServer();
    servers.push(server);
    server.answer(...ANSWERS);
    const otlp = { url: server.url, compression: (gzip ? 'gzip' : 'none') as never };
    const processor = wrap(new WasmSpanProcessor(guests, { ...LIMITS, otlp, ...options }));
    const arrived = (): string[] => {
      const payloads = server.requests.map(({ payload }) => wholeSpans(payload));
      return payloads.flatMap((names, index) => (ANSWERS[index].status === undefined ? names : []));
    };
    lines.push({ name, processor, word, arrived });
  }
  interface Options {
    readonly word?: (index: number) => string;
    readonly gzip?: boolean;
  }

  it('never mix spans of different batches or adapters', async () => {
    const [echoes, unchanged, obeys, noRoom] = await Promise.all(
      ['echoes', 'unchanged', 'obeysSpanNames', 'allocFailsAbove1000Bytes'].map(guest),
    );
    const filter = { guest: exampleGuest('filter'), pluginConfig: { drop: [{ name: { prefix: 'DROP' } }] } };
    const dropsHalf = (index: number): string => (index % 2 === 0 ? 'DROP ' : '');
    const oneIn =
      (count: number, text: string) =>
      (index: number): string =>
        index % count === count - 1 ? `${text} ` : '';
    const passthrough = {
      onError: 'passthrough',
      restart: { initialDelayMillis: 1, maxDelayMillis: 2 },
    } as const;

    await toServer('inline', echoes);
    await toServer('zipped', echoes, { gzip: true });
    await toServer('left', unchanged, { gzip: true });
    await toServer('left by the last', [echoes, unchanged], { gzip: true });
    await toServer('gathered', filter, { word: dropsHalf });
    await toServer('chained', [echoes, unchanged, filter, echoes], { word: dropsHalf, gzip: true });
    await toServer('trapping', [echoes, obeys], { word: oneIn(150, 'TRAP'), ...passthrough });
    await toServer('refusing', [obeys, echoes], { word: oneIn(100, 'REFU'), ...passthrough });
    await toServer('narrow', [echoes, noRoom, unchanged], passthrough);
    await toServer('worker', echoes, { isolation: 'worker' });
    await toServer('both', [{ guest: echoes, isolation: 'worker' }, filter], { word: dropsHalf });
    await toServer(
      'adapters',
      filter,
      { word: dropsHalf, isolation: 'worker' },
      exporter => new WasmSpanProcessor(echoes, { ...LIMITS, exporter }),
    );
    const exporter = new KeepingExporter();
    lines.push({
      name: 'objects',
      processor: new WasmSpanProcessor([echoes, unchanged, filter], { ...LIMITS, exporter }),
      word: dropsHalf,
      arrived: () => exporter.spans.map(({ name }) => name),
    });
    await Promise.all(lines.map(({ processor }) => processor.ready()));

    const ended = new Map(lines.map(({ name }) => [name, [] as string[]]));
    const tracers = lines.map(({ processor }) => tracerFor(processor));
    for (let round = 0; round < ROUNDS; round++) {
      for (let batch = 0; batch < BATCHES_IN_ROUND; batch++) {
        for (const [place, { name, word }] of lines.entries()) {
          for (let i = 0; i < FULL; i++) {
            const index = (round * BATCHES_IN_ROUND + batch) * FULL + i;
            const span = `${word(index)}${name} ${round}.${batch}.${index}`;
            ended.get(name)?.push(span);
            tracers[place].startSpan(span, { attributes: { id: span, padding: span.repeat(PADDING) } }).end();
          }
          // Some batches are encoded while others are on their way, the rest all at once with the flush.
          if (batch % 2 === 0) await setImmediate();
        }
      }
      await Promise.all(lines.map(({ processor }) => processor.forceFlush()));
    }

    for (const { name, processor, arrived } of lines) {
      const { itemsIn, itemsFailed } = processor.stats;
      const all = ended.get(name) ?? [];
      assert.deepEqual([itemsIn, itemsFailed], [all.length, {}], name);
      const expected = all.filter(span => !span.startsWith('DROP'));
      assert.deepEqual(arrived().sort(), expected.sort(), name);
    }
  });
});
