import assert from 'node:assert/strict';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { InMemoryLogRecordExporter, LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { type Guests, WasmLogRecordProcessor, type WasmLogRecordProcessorOptions } from '../../src';
import { exampleGuest, guestFor } from './guestFor';
import { itemNames } from './itemNames';
import { captureDiag } from '../support/diagLines';
import { withEnvironment } from '../support/environment';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';

const SECRET = 's3cr3t-4711';

function loggerOf(processor: LogRecordProcessor) {
  return new LoggerProvider({ processors: [processor] }).getLogger('test');
}

describe('WasmLogRecordProcessor', () => {
  const lines = captureDiag();
  let server: OtlpServer;
  beforeEach(async () => (server = await startOtlpServer()));
  afterEach(() => server.close());

  describe('protects a secret in a body', () => {
    const redact = {
      guest: exampleGuest('logs-redact'),
      pluginConfig: { texts: [`*${SECRET}*`], keys: ['password'], minSeverity: 'info' },
    };
    const emitSecrets = (processor: WasmLogRecordProcessor, extra?: string): void => {
      const logger = loggerOf(processor);
      const severityNumber = SeverityNumber.WARN;
      logger.emit({ body: `login with ${SECRET}`, severityNumber });
      logger.emit({ body: { user: 7, nested: [{ password: SECRET }, `and ${SECRET}`] }, severityNumber });
      logger.emit({ body: 'signed in', attributes: { password: SECRET }, severityNumber });
      logger.emit({ body: `noise ${SECRET}`, severityNumber: SeverityNumber.DEBUG });
      if (extra !== undefined) logger.emit({ body: extra, severityNumber });
    };
    const send = async (guests: Guests, options: WasmLogRecordProcessorOptions = {}, extra?: string) => {
      const processor = new WasmLogRecordProcessor(guests, { otlp: { url: server.url }, ...options });
      emitSecrets(processor, extra);
      await processor.shutdown();
      const { stats } = processor;
      return { stats, bodies: server.requests.flatMap(({ payload }) => itemNames('logs', payload)) };
    };
    const assertNoSecret = (): void => {
      for (const { body } of server.requests) assert.ok(!Buffer.from(body).includes(SECRET));
      assert.ok(!lines.join('\n').includes(SECRET));
    };

    it('that the guest masks at any depth', async () => {
      const { stats, bodies } = await send(redact);
      assert.deepEqual(bodies, ['***', '', 'signed in']);
      assert.equal(stats.itemsDropped, 1);
      assertNoSecret();
    });

    it('on a separate thread', async () => {
      const { bodies } = await send(redact, { isolation: 'worker' });
      assert.deepEqual(bodies, ['***', '', 'signed in']);
      assertNoSecret();
    });

    for (const [what, fixture, code] of [
      ['traps', 'traps', 'GUEST_TRAP'],
      ['refuses', 'refusesWithReason', 'GUEST_STATUS'],
      ['loops', 'loopsInConsume', 'GUEST_TIMEOUT'],
      ['returns 0 from alloc', 'allocReturnsZero', 'ALLOC_FAILED'],
      ['returns garbage', 'garbles', 'GUEST_OUTPUT'],
    ] as const) {
      it(`when the guest ${what}: nothing of the batch passes`, async () => {
        const { stats, bodies } = await send(await guestFor('logs', fixture), {
          guestTimeoutMillis: fixture === 'loopsInConsume' ? 100 : 10_000,
          startTimeoutMillis: 10_000,
        });
        assert.deepEqual(bodies, []);
        assert.deepEqual(stats.itemsFailed, { [code]: 4 });
        assertNoSecret();
      });
    }

    it('when an earlier guest fails on one record: the others are still redacted', async () => {
      const { stats, bodies } = await send([await guestFor('logs', 'obeysSpanNames'), redact], {}, 'TRAP');
      assert.deepEqual(bodies, ['***', '', 'signed in']);
      assert.deepEqual(stats.itemsFailed, { GUEST_TRAP: 1 });
      assertNoSecret();
    });

    it('but passes it on with onError passthrough', async () => {
      const options = { onError: 'passthrough' } as const;
      const { bodies } = await send(await guestFor('logs', 'traps'), options);
      assert.equal(bodies.length, 4);
      assert.ok(server.requests.some(({ body }) => Buffer.from(body).includes(SECRET)));
    });
  });

  it('reads its batch settings from OTEL_BLRP_*, which options override', async () => {
    const guest = await guestFor('logs', 'unchanged');
    const batches = async (options: WasmLogRecordProcessorOptions): Promise<number[]> => {
      const sizes: number[] = [];
      const exporter = new InMemoryLogRecordExporter();
      const original = exporter.export.bind(exporter);
      exporter.export = (records, callback) => {
        sizes.push(records.length);
        original(records, callback);
      };
      const processor = withEnvironment({ OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '3' }, () => {
        return new WasmLogRecordProcessor(guest, { exporter, ...options });
      });
      const logger = loggerOf(processor);
      for (let count = 0; count < 6; count++) logger.emit({ body: String(count) });
      await processor.shutdown();
      return sizes;
    };
    assert.deepEqual(await batches({}), [3, 3]);
    assert.deepEqual(await batches({ maxExportBatchSize: 2 }), [2, 2, 2]);
  });

  it('never throws from logger.emit(), and counts records beyond the queue', async () => {
    const processor = new WasmLogRecordProcessor(await guestFor('logs', 'traps'), {
      otlp: { url: server.url },
      maxQueueSize: 4,
      maxExportBatchSize: 4,
      scheduledDelayMillis: 3_600_000,
    });
    const logger = loggerOf(processor);
    for (let count = 0; count < 20; count++) logger.emit({ body: String(count) });
    await processor.shutdown();
    const { itemsIn, itemsFailed } = processor.stats;
    assert.equal(itemsIn, 20);
    const { QUEUE_FULL = 0, GUEST_TRAP = 0, GUEST_DOWN = 0 } = itemsFailed;
    assert.ok(QUEUE_FULL >= 8, 'a batch is in flight, another waits for it, and the queue holds four');
    assert.equal(QUEUE_FULL + GUEST_TRAP + GUEST_DOWN, 20);
    assert.equal(server.requests.length, 0);
  });
});
