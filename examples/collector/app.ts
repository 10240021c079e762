/**
 * A shop that sends all three signals. Its first argument is its name, its second whether the guest runs in it:
 *
 *     ts-node examples/collector/app.ts shop guest
 *     ts-node examples/collector/app.ts old-shop stock
 *
 * It sells three things, sends what it has to tell, says "sent", and does so again for each line on its standard input.
 */
import { metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { createInterface } from 'node:readline';
import { startTelemetry } from './telemetry';

const [service = 'shop', mode = 'guest'] = process.argv.slice(2);
const telemetry = startTelemetry(service, mode === 'guest');
let sold = 0;

function sell(): void {
  const order = `order ${++sold}`;
  const attributes = {
    'user.email': `user${sold}@example.com`,
    'card.number': '4111-1111-1111-1111',
    'order.name': order,
  };
  trace.getTracer('shop').startSpan(`sell ${order}`, { attributes }).end();
  metrics.getMeter('shop').createCounter('orders').add(1, { 'user.email': attributes['user.email'] });
  logs.getLogger('shop').emit({ severityText: 'INFO', body: `sold ${order}`, attributes });
}

async function day(): Promise<void> {
  for (let i = 0; i < 3; i++) sell();
  await telemetry.flush();
  console.log('sent');
}

async function main(): Promise<void> {
  process.on('SIGTERM', () => {
    sell();
    void telemetry.shutdown().then(() => process.exit());
  });
  await day();
  for await (const line of createInterface(process.stdin)) if (line === 'again') await day();
  await telemetry.shutdown();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
