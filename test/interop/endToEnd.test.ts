import assert from 'node:assert/strict';
import { built } from '../support/built';
import { type OtlpServer, startOtlpServer } from '../support/otlpServer';
import {
  type App,
  freePort,
  hasCollector,
  itemsAt,
  type Running,
  startApp,
  startCollector,
  until,
} from './collectorProcesses';

const A_DAY = 3;

/** A real app, a real Collector, the same guest in both: what arrives is what the guest gives in the app alone. */
describe('an app, a Collector, the same guest in both', function () {
  this.timeout(180_000);
  let backend: OtlpServer;
  let port: number;
  let processes: Running[];
  /** What a backend gets of a day without a Collector. */
  let alone: ReturnType<typeof itemsAt>;

  const collector = async (batchTimeout?: string): Promise<Running> => {
    const running = await startCollector(port, backend.url, batchTimeout);
    processes.push(running);
    return running;
  };
  const app = (mode?: 'guest' | 'stock', endpoint = `http://127.0.0.1:${port}`): App => {
    const running = startApp(endpoint, mode);
    processes.push(running);
    return running;
  };
  const counts = (): number[] => Object.values(itemsAt(backend)).map(({ length }) => length);
  const spansAndLogs = (days: number) => async (): Promise<void> =>
    until(
      () => counts()[0] >= days * A_DAY && counts()[2] >= days * A_DAY,
      () => `${days * A_DAY} spans and log records: ${counts().join()}`,
    );

  before(async function () {
    if (!hasCollector()) this.skip();
    built();
    const direct = await startOtlpServer();
    const shop = startApp(direct.url);
    await shop.sent(1);
    await shop.end('SIGKILL');
    alone = itemsAt(direct);
    await direct.close();
    assert.deepEqual([alone.traces.length, alone.logs.length], [A_DAY, A_DAY]);
    assert.doesNotMatch(JSON.stringify(alone), /4111|example\.com/);
  });

  beforeEach(async () => {
    backend = await startOtlpServer();
    port = await freePort();
    processes = [];
  });

  afterEach(async () => {
    for (const running of processes)
      if (running.child.exitCode === null && running.child.signalCode === null) await running.end('SIGKILL');
    await backend.close();
  });

  it('all three signals arrive as they do without a Collector', async () => {
    const running = await collector();
    await app().sent(1);
    await spansAndLogs(1)();
    await until(
      () => itemsAt(backend).metrics.length >= alone.metrics.length,
      () => `metrics: ${counts().join()}`,
    );
    assert.deepEqual(itemsAt(backend), alone);
    assert.equal(await running.end('SIGTERM'), 0, running.output());
  });

  it('an app without the guest is redacted by the Collector', async () => {
    await collector();
    await app('stock').sent(1);
    await spansAndLogs(1)();
    const { traces, logs } = itemsAt(backend);
    assert.deepEqual({ traces, logs }, { traces: alone.traces, logs: alone.logs });
  });

  it('SIGTERM of the Collector: what it holds is sent first', async () => {
    const running = await collector('1h');
    await app().sent(1);
    assert.deepEqual(counts(), [0, 0, 0]);
    assert.equal(await running.end('SIGTERM'), 0, running.output());
    assert.deepEqual(itemsAt(backend), alone);
  });

  it('SIGKILL of the Collector: what the app sends then arrives when another one is there', async () => {
    const first = await collector();
    const shop = app();
    await shop.sent(1);
    await spansAndLogs(1)();
    await first.end('SIGKILL');
    shop.child.stdin!.write('again\n');
    await collector();
    await shop.sent(2);
    await spansAndLogs(2)();
    assert.deepEqual(
      counts().filter((_, i) => i !== 1),
      [2 * A_DAY, 2 * A_DAY],
    );
  });

  it('SIGTERM of the app: its last span arrives', async () => {
    await collector();
    const shop = app();
    await shop.sent(1);
    assert.equal(await shop.end('SIGTERM'), 0, shop.output());
    await until(
      () => itemsAt(backend).traces.some(span => span.includes('sell order 4')),
      () => `order 4: ${counts().join()}`,
    );
  });

  it('SIGKILL of the app: what it sent arrives, and the Collector serves others', async () => {
    await collector();
    const shop = app();
    await shop.sent(1);
    await shop.end('SIGKILL');
    await app().sent(1);
    await spansAndLogs(2)();
    assert.deepEqual(
      counts().filter((_, i) => i !== 1),
      [2 * A_DAY, 2 * A_DAY],
    );
  });
});
