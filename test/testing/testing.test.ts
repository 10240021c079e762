import assert from 'node:assert/strict';
import { join } from 'node:path';
import { SIGNALS } from '../../src/abi/signal';
import { countItems } from '../../src/otlp';
import {
  openGuest,
  otlpFromJson,
  recordLogs,
  recordMetrics,
  recordSpans,
  runReceiver,
  sampleData,
} from '../../src/testing';
import { guest } from '../support/guests';

const built = (name: string): string => join(__dirname, '../../build/guests', `${name}.wasm`);
const FILTER = built('filter');

describe('otelwasm/testing', () => {
  describe('openGuest', () => {
    it('accepts spans of the SDK and returns spans, JSON and bytes', async () => {
      const spans = await recordSpans(tracer => {
        tracer.startSpan('GET /users', { attributes: { 'url.path': '/users' } }).end();
        tracer.startSpan('GET /healthz', { attributes: { 'url.path': '/healthz' } }).end();
      });
      const filter = openGuest('traces', FILTER, { pluginConfig: { drop: ['/healthz'] } });
      const result = filter.consume(spans);
      assert.equal(result.status, 'changed');
      assert.equal(result.count, 1);
      assert.deepEqual(
        result.items.map(({ name, resource }) => [name, resource.attributes['service.name']]),
        [['GET /users', 'test']],
      );
      assert.match(JSON.stringify(result.json), /"name":"GET \/users"/);
      assert.equal(countItems('traces', result.bytes), 1);
      filter.shutdown();
    });

    it('accepts OTLP JSON, parsed or as text', () => {
      const filter = openGuest('traces', FILTER, { pluginConfig: { drop: ['/healthz'] } });
      const json = sampleData('traces', 12);
      assert.equal(filter.consume(json).count, 11);
      assert.equal(filter.consume(JSON.stringify(json)).count, 11);
    });

    it('reports a batch as unchanged when the guest sets no result', async () => {
      const bytes = otlpFromJson('traces', sampleData('traces'));
      const result = openGuest('traces', await guest('unchanged')).consume(bytes);
      assert.equal(result.status, 'unchanged');
      assert.deepEqual(result.bytes, bytes);
    });

    it('accepts log records and metrics of the SDK', async () => {
      const redact = openGuest('logs', built('logs-redact'), { pluginConfig: { minSeverity: 'warn' } });
      const records = await recordLogs(logger => {
        logger.emit({ severityNumber: 9, body: 'fine' });
        logger.emit({ severityNumber: 17, body: 'not fine' });
      });
      assert.deepEqual(
        redact.consume(records).items.map(({ body }) => body),
        ['not fine'],
      );
      const metrics = await recordMetrics(meter => meter.createCounter('requests').add(5));
      const kept = openGuest('metrics', built('metrics-filter')).consume(metrics).items;
      assert.equal(kept[0].scopeMetrics[0].metrics[0].dataPoints[0].value, 5);
    });

    it('throws the reason of a guest that rejects a batch', async () => {
      const refuses = openGuest('traces', await guest('refusesWithReason'));
      assert.throws(() => refuses.consume(sampleData('traces')), { code: 'GUEST_STATUS' });
    });

    it('throws when a guest returns what is not OTLP', async () => {
      const garbles = openGuest('traces', await guest('garbles'));
      assert.throws(() => garbles.consume(sampleData('traces')), { code: 'GUEST_OUTPUT' });
    });

    it('throws when a guest does not start, with its reason', () => {
      assert.throws(() => openGuest('traces', FILTER, { pluginConfig: { dorp: [] } }), {
        code: 'START_FAILED',
        message: /dorp/,
      });
    });

    it('collects what the guest logs', async () => {
      const talkative = openGuest('traces', await guest('logsEveryLevel'));
      talkative.consume(new Uint8Array(0));
      assert.ok(talkative.logs.some(({ level }) => level === 'warn'));
    });

    it('ignores what an exporter returns', async () => {
      const exporter = openGuest('traces', await guest('dropsEverything'), { role: 'exporter' });
      assert.equal(exporter.consume(sampleData('traces', 3)).status, 'unchanged');
    });
  });

  describe('runReceiver', () => {
    it('runs until the wanted number of items was emitted', () => {
      const { batches, stoppedAfterMillis } = runReceiver('traces', built('heartbeat'), {
        pluginConfig: { intervalMillis: 1, name: 'tick' },
        maxBatches: 3,
        forMillis: 10_000,
      });
      assert.equal(batches.length, 3);
      assert.equal(batches[0].items[0].name, 'tick');
      assert.notEqual(stoppedAfterMillis, undefined);
    });

    it('runs until its time limit', () => {
      const { batches } = runReceiver('traces', built('heartbeat'), {
        pluginConfig: { intervalMillis: 1 },
        forMillis: 50,
      });
      assert.ok(batches.length > 0);
    });
  });

  for (const signal of SIGNALS) {
    it(`sample ${signal} are deterministic OTLP of the wanted size`, () => {
      const json = sampleData(signal, 30);
      const bytes = otlpFromJson(signal, json, path => assert.fail(`${path} is unknown`));
      assert.equal(countItems(signal, bytes), 30);
      assert.deepEqual(sampleData(signal, 30), json);
    });
  }
});
