/**
 * Two shops send spans to one Collector: one has the guest in it, the other is the stock SDK. The Collector runs the same
 * guest. Prints what left each app, and what arrived behind the Collector:
 *
 *     npx ts-node examples/collector/main.ts
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeTraces } from '../../src/otlp';
import { type EmbeddedSink, startEmbeddedSink } from '../support/embeddedSink';
import { formatTable } from '../support/table';

const COLLECTOR = 'build/otelcol-wasm';
const PORT = process.env.COLLECTOR_PORT ?? '4318';
const RECEIVER = `http://127.0.0.1:${PORT}`;

async function main(): Promise<void> {
  if (!existsSync(COLLECTOR)) {
    console.error(
      `${COLLECTOR} is not built. In collector/: go build -o ../build/otelcol-wasm ./cmd/otelcol-wasm`,
    );
    process.exitCode = 1;
    return;
  }
  const backend = await startEmbeddedSink();
  const collector = spawn(COLLECTOR, ['--config', join(__dirname, 'collector.yaml')], {
    env: { ...process.env, COLLECTOR_PORT: PORT, BACKEND: backend.url },
    stdio: 'ignore',
  });
  while (!(await fetch(RECEIVER).catch(() => undefined))) await sleep(50);
  // Each app sends to a sink of its own, which hands on to the Collector: so it is seen what leaves the app.
  const rows: string[][] = [];
  for (const [service, mode] of [
    ['shop', 'guest'],
    ['old-shop', 'stock'],
  ]) {
    const forwarded: Promise<unknown>[] = [];
    const left = await startEmbeddedSink((path, body) => {
      const headers = { 'Content-Type': 'application/x-protobuf' };
      forwarded.push(fetch(`${RECEIVER}${path}`, { method: 'POST', headers, body: Buffer.from(body) }));
    });
    await untilSent(startApp(service, mode, left.url));
    await Promise.all(forwarded);
    rows.push([`${service} (${mode})`, emailIn(left, service)]);
    await left.close();
  }
  collector.kill('SIGTERM');
  await once(collector, 'exit');
  const table = rows.map(([app, before]) => [app, before, emailIn(backend, app.split(' ')[0])]);
  console.log(formatTable([['app', 'user.email leaves the app as', 'and the Collector as'], ...table]));
  await backend.close();
}

function startApp(service: string, mode: string, endpoint: string): ChildProcess {
  const runner = [require.resolve('ts-node/dist/bin.js'), join(__dirname, 'app.ts')];
  return spawn(process.execPath, [...runner, service, mode], {
    env: { ...process.env, TS_NODE_TRANSPILE_ONLY: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** Waits for its first `sent`, then ends it. */
async function untilSent(app: ChildProcess): Promise<void> {
  for await (const line of createInterface(app.stdout!)) if (line === 'sent') break;
  app.kill('SIGKILL');
}

/** What the first span of the service says of its user. */
function emailIn(sink: EmbeddedSink, service: string): string {
  const spans = sink.received('/v1/traces').flatMap(body => decodeTraces(body));
  const span = spans.find(({ resource }) => resource.attributes['service.name'] === service);
  return String(span?.attributes['user.email'] ?? 'nothing came');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
