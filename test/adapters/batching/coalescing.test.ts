import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  type Guests,
  WasmLogRecordProcessor,
  WasmSpanProcessor,
  type WasmSpanProcessorOptions,
} from '../../../src';
import { exampleGuest } from '../guestFor';
import { itemNames } from '../itemNames';
import { balance } from '../../pipeline/piped';
import { spanNames } from '../../support/decodeOtlp';
import { captureDiag } from '../../support/diagLines';
import { guest } from '../../support/guests';
import { type OtlpServer, startOtlpServer } from '../../support/otlpServer';
import { endSpans, names, tracerFor } from '../../support/spans';

const FULL = 8;
/** Longer than any test takes: what is sent is sent for another reason. */
const NEVER_MILLIS = 600_000;

const dropping = (prefix: string) => ({
  guest: exampleGuest('filter'),
  pluginConfig: { drop: [{ name: { prefix } }] },
});

/** So many full batches of spans, every other one to be dropped. */
const halfToDrop = (batches: number): string[] =>
  names(batches * FULL).map((name, index) => (index % 2 === 0 ? name : `drop ${name}`));
const kept = (all: readonly string[]): string[] => all.filter(name => !name.startsWith('drop'));

describe('small results', () => {
  const lines = captureDiag();
  let server: OtlpServer;
  const processors: WasmSpanProcessor[] = [];

  beforeEach(async () => (server = await startOtlpServer()));
  afterEach(async () => {
    await Promise.allSettled(processors.splice(0).map(processor => processor.shutdown()));
    await server.close();
  });

  function create(
    options: WasmSpanProcessorOptions = {},
    guests: Guests = dropping('drop'),
  ): WasmSpanProcessor {
    const defaults = { maxExportBatchSize: FULL, scheduledDelayMillis: NEVER_MILLIS };
    const next = options.exporter === undefined ? { otlp: { url: server.url } } : {};
    const processor = new WasmSpanProcessor(guests, { ...defaults, ...next, ...options });
    processors.push(processor);
    return processor;
  }
  const arrived = (): string[][] => server.requests.map(({ payload }) => spanNames(payload));

  /** A processor that holds what is left of one full batch. */
  async function holding(options: WasmSpanProcessorOptions = {}): Promise<WasmSpanProcessor> {
    const processor = create(options);
    endSpans(tracerFor(processor), halfToDrop(1));
    await until(() => processor.stats.itemsDropped === FULL / 2);
    return processor;
  }

  it('are merged in order: half as many requests when the guest drops half', async () => {
    const processor = create();
    const all = halfToDrop(11);
    endSpans(tracerFor(processor), all);
    await processor.forceFlush();
    assert.deepEqual(
      arrived().map(({ length }) => length),
      [8, 8, 8, 8, 8, 4],
    );
    assert.deepEqual(arrived().flat(), kept(all));
    const { itemsIn, itemsOut, itemsDropped, itemsFailed, bytesOut } = processor.stats;
    assert.deepEqual([itemsIn, itemsOut, itemsDropped, itemsFailed], [88, 44, 44, {}]);
    assert.equal(
      bytesOut,
      server.requests.reduce((sum, { body }) => sum + body.length, 0),
    );
  });

  it('of log records are merged too', async () => {
    const processor = new WasmLogRecordProcessor(
      { guest: exampleGuest('logs-redact'), pluginConfig: { minSeverity: 'info' } },
      { otlp: { url: server.url }, maxExportBatchSize: FULL, scheduledDelayMillis: NEVER_MILLIS },
    );
    const logger = new LoggerProvider({ processors: [processor] }).getLogger('test');
    const bodies = names(4 * FULL);
    bodies.forEach((body, index) => logger.emit({ body, severityNumber: index % 2 === 0 ? 9 : 5 }));
    await processor.shutdown();
    assert.deepEqual(
      server.requests.map(({ payload }) => itemNames('logs', payload)),
      [0, 1].map(request =>
        bodies.filter((_, index) => index % 2 === 0 && Math.floor(index / 16) === request),
      ),
    );
  });

  it('count as in flight while held, neither out nor lost', async () => {
    const processor = await holding();
    assert.equal(server.requests.length, 0);
    const { before, after } = balance(processor.stats);
    assert.equal(before - after, FULL / 2);
  });

  it('leave at once with a batch that was not full', async () => {
    const processor = await holding();
    const before = create({ exporter: processor, maxExportBatchSize: 2 }, dropping('nothing'));
    endSpans(tracerFor(before), ['last', 'but one']);
    await server.received(1);
    assert.deepEqual(arrived(), [[...kept(halfToDrop(1)), 'last', 'but one']]);
  });

  it('wait at most scheduledDelayMillis', async () => {
    const processor = await holding({ scheduledDelayMillis: 20 });
    await server.received(1);
    await until(() => processor.stats.itemsOut === FULL / 2);
    assert.deepEqual(arrived(), [kept(halfToDrop(1))]);
  });

  it('that are rejected later are counted and logged', async () => {
    server.answer({ status: 400 });
    const processor = await holding({ scheduledDelayMillis: 20 });
    await until(() => processor.stats.itemsFailed.EXPORT_FAILED !== undefined);
    assert.deepEqual(processor.stats.itemsFailed, { EXPORT_FAILED: FULL / 2 });
    const { before, after } = balance(processor.stats);
    assert.equal(before, after);
    await until(() => lines.some(line => /EXPORT_FAILED: .*waiting results are lost/.test(line)));
    await processor.forceFlush();
  });

  for (const what of ['forceFlush', 'shutdown'] as const) {
    it(`are sent by ${what}, which waits for the response`, async () => {
      const processor = await holding();
      await processor[what]();
      assert.deepEqual(arrived(), [kept(halfToDrop(1))]);
      assert.equal(processor.stats.itemsOut, FULL / 2);
    });

    it(`make ${what} reject when they are rejected, and are counted`, async () => {
      server.answer({ status: 400 });
      const processor = await holding();
      await assert.rejects(processor[what](), { code: 'EXPORT_FAILED' });
      assert.deepEqual(processor.stats.itemsFailed, { EXPORT_FAILED: FULL / 2 });
    });

    it(`of a processor that is the exporter of another are sent by ${what} of that one`, async () => {
      const second = create();
      const first = create({ exporter: second }, dropping('first'));
      // Of two full batches the first leaves one full batch, of which the second leaves half of one.
      const all = halfToDrop(2).map((name, index) => (index % 4 < 2 ? `first ${name}` : name));
      endSpans(tracerFor(first), all);
      await until(() => second.stats.itemsDropped === FULL / 2);
      assert.equal(server.requests.length, 0);
      await first[what]();
      assert.deepEqual(arrived(), [all.filter(name => !/^(first|drop)/.test(name))]);
      for (const { stats } of [first, second]) {
        const { before, after } = balance(stats);
        assert.equal(before, after);
      }
      assert.equal(first.stats.itemsOut, second.stats.itemsIn);
    });
  }

  it('are not held for a guest that changes nothing: each full batch is a request', async () => {
    const processor = create({}, await guest('unchanged'));
    endSpans(tracerFor(processor), names(3 * FULL));
    await processor.forceFlush();
    assert.equal(server.requests.length, 3);
  });
});

async function until(found: () => boolean): Promise<void> {
  for (let tick = 0; tick < 2_000 && !found(); tick++) await setTimeout(1);
  assert.ok(found());
}
