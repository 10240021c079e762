/**
 * An express app that is asked for its health: a guest that sees single spans drops the request's span and leaves those of
 * its middlewares behind, orphans. One that sees whole local traces drops the request with all of its children.
 *
 *   npx ts-node examples/express/main.ts
 */
import { exported, startTelemetry } from './telemetry';
import { generateTraffic, startApp } from './app';
import { formatTable } from '../support/table';

async function main(): Promise<void> {
  const sdk = startTelemetry();
  const server = await startApp();
  await generateTraffic(server, 10);
  await new Promise(resolve => server.close(resolve));
  await sdk.shutdown();

  const rows = Object.entries(exported).map(([guest, { spans, requests, orphans }]) => [
    ...[guest, spans.length, requests, orphans],
  ]);
  console.log(formatTable([['guest', 'spans', 'requests', 'orphans'], ...rows]));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
