import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Signal } from '../../src/abi/signal';
import { otlpToJson } from '../../src/otlp/json';
import type { OtlpServer } from '../support/otlpServer';

const ROOT = join(__dirname, '../..');
const FOLDER = join(ROOT, 'examples/collector');
const COLLECTOR = join(ROOT, 'build/otelcol-wasm');

export const hasCollector = (): boolean => existsSync(COLLECTOR);

/** A process that the test starts and stops. */
export interface Running {
  readonly child: ChildProcess;
  /** Its output so far, of both streams. */
  output(): string;
  /** Sends a signal and waits for the end: the exit code, or the signal. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Running {
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: 'pipe' });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    child,
    output: () => text,
    end: async signal => {
      child.kill(signal);
      const [code, by] = await exited;
      return code ?? by ?? 'SIGKILL';
    },
  };
}

/** The Collector of the example, when it listens on `port`. */
export async function startCollector(port: number, backend: string, batchTimeout = '50ms'): Promise<Running> {
  const env = { COLLECTOR_PORT: String(port), BACKEND: backend, BATCH_TIMEOUT: batchTimeout };
  const collector = run(COLLECTOR, ['--config', join(FOLDER, 'collector.yaml')], env);
  while (!(await isListening(port))) {
    if (collector.child.exitCode !== null)
      throw new Error(`the Collector has not started:\n${collector.output()}`);
    await sleep(20);
  }
  return collector;
}

export interface App extends Running {
  /** Resolves when it has printed `sent` this many times. */
  sent(times: number): Promise<void>;
}

/** The app of the example. `mode`: with the guest, or with the stock SDK. */
export function startApp(endpoint: string, mode: 'guest' | 'stock' = 'guest'): App {
  const ts = [require.resolve('ts-node/dist/bin.js'), '--cwd', ROOT, join(FOLDER, 'app.ts'), 'shop', mode];
  const app = run(process.execPath, ts, {
    TS_NODE_TRANSPILE_ONLY: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  });
  let said = 0;
  let heard = () => undefined as void;
  createInterface(app.child.stdout!).on('line', line => {
    if (line !== 'sent') return;
    said++;
    heard();
  });
  return {
    ...app,
    sent: times =>
      new Promise((resolve, reject) => {
        heard = () => (said >= times ? resolve() : undefined);
        app.child.once('exit', () => reject(new Error(`the app ended:\n${app.output()}`)));
        heard();
      }),
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

type Json = Record<string, unknown>;

/** The spans, data points and log records that a backend received, sorted, without ids and times. */
export function itemsAt(backend: OtlpServer): Readonly<Record<Signal, string[]>> {
  const items = (signal: Signal): string[] =>
    backend.requests
      .filter(({ path }) => path === `/v1/${signal}`)
      .flatMap(({ payload }) => itemsOf(JSON.parse(JSON.stringify(otlpToJson(signal, payload))) as Json))
      .sort();
  return { traces: items('traces'), metrics: items('metrics'), logs: items('logs') };
}

const RESOURCES = ['resourceSpans', 'resourceMetrics', 'resourceLogs'];
const SCOPES = ['scopeSpans', 'scopeMetrics', 'scopeLogs'];
const ITEMS = ['spans', 'metrics', 'logRecords'];

function itemsOf(payload: Json): string[] {
  const inside = (json: Json, names: readonly string[]): Json[] =>
    names.flatMap(name => (json[name] as Json[] | undefined) ?? []);
  return inside(payload, RESOURCES).flatMap(resource =>
    inside(resource, SCOPES).flatMap(scope =>
      inside(scope, ITEMS).map(item => JSON.stringify(comparable([resource.resource, scope.scope, item]))),
    ),
  );
}

/** Without ids, times and what is as good as absent; a Collector writes the fields of a message in another order. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, field]) => !/Nano$|[iI]d$|^flags$/.test(key) && field !== 0 && field !== '',
  );
  return Object.fromEntries(kept.sort().map(([key, field]) => [key, comparable(field)]));
}

/** Waits until `done`, with a time limit for a busy machine. */
export async function until(done: () => boolean, what: () => string): Promise<void> {
  for (const end = Date.now() + 60_000; !done(); await sleep(10))
    if (Date.now() > end) throw new Error(`did not arrive: ${what()}`);
}
