import assert from 'node:assert/strict';
import type { Signal } from '../../src/abi';
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

type Items = ReturnType<typeof itemsAt>;

const SIGNALS = ['traces', 'metrics', 'logs'] as const satisfies readonly Signal[];
const A_DAY = 3;

/** A real app, a real Collector, the same guest in both: what arrives is what the guest gives in the app alone. */
describe('an app and a Collector with the same guest', function () {
  this.timeout(180_000);
  let backend: OtlpServer;
  let port: number;
  let processes: Running[];
  /** What a backend gets without a Collector, of one day of the app and of two. */
  let alone: Items;
  let twoDays: Items;

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
  /** Waits until as much has arrived, and compares all of it. */
  const arrives = async (expected: Items): Promise<void> => {
    const enough = (signal: Signal): boolean => itemsAt(backend)[signal].length >= expected[signal].length;
    await until(
      () => SIGNALS.every(enough),
      () => `${JSON.stringify(SIGNALS.map(signal => expected[signal].length))}: ${counts().join()}`,
    );
    assert.deepEqual(itemsAt(backend), expected);
  };

  before(async function () {
    if (!hasCollector()) this.skip();
    built();
    const direct = await startOtlpServer();
    const shop = startApp(direct.url);
    await shop.sent(1);
    alone = itemsAt(direct);
    shop.child.stdin!.write('again\n');
    await shop.sent(2);
    twoDays = itemsAt(direct);
    await shop.end('SIGKILL');
    await direct.close();
    assert.deepEqual([alone.traces.length, alone.logs.length], [A_DAY, A_DAY]);
    assert.doesNotMatch(JSON.stringify(twoDays), /4111|example\.com/);
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

  it('all three signals arrive as without a Collector', async () => {
    const running = await collector();
    await app().sent(1);
    await arrives(alone);
    assert.equal(await running.end('SIGTERM'), 0, running.output());
  });

  it('the Collector redacts telemetry of an app without the guest', async () => {
    await collector();
    await app('stock').sent(1);
    await arrives(alone);
  });

  it('SIGTERM of the Collector: it sends its queue first', async () => {
    const running = await collector('1h');
    await app().sent(1);
    assert.deepEqual(counts(), [0, 0, 0]);
    assert.equal(await running.end('SIGTERM'), 0, running.output());
    assert.deepEqual(itemsAt(backend), alone);
  });

  it('SIGKILL of the Collector: later telemetry arrives once another one runs', async () => {
    const first = await collector();
    const shop = app();
    await shop.sent(1);
    await arrives(alone);
    await first.end('SIGKILL');
    shop.child.stdin!.write('again\n');
    await collector();
    await shop.sent(2);
    await arrives(twoDays);
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

  it('SIGKILL of the app: sent telemetry arrives, and the Collector serves other apps', async () => {
    await collector();
    const shop = app();
    await shop.sent(1);
    await shop.end('SIGKILL');
    await app().sent(1);
    await arrives(twice(alone));
  });
});

function twice({ traces, metrics, logs }: Items): Items {
  const double = (items: readonly string[]): string[] => [...items, ...items].sort();
  return { traces: double(traces), metrics: double(metrics), logs: double(logs) };
}
