/**
 * An app that runs one attack of the table: node --require ./scripts/typescript.cjs app.ts ISOLATION GUEST SETUP. It tells on
 * stdout, a JSON text a line, when it is up, what became of the attack, and when it ends itself.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { owned, type Signal } from '../../../src/abi';
import { otlpFromJson } from '../../../src/otlp/json';
import { createPipeline, type Guests, type Pipeline } from '../../../src/pipeline';
import {
  createOtlpHttpSink,
  createSdkExporterSink,
  decodedLogRecords,
  decodedMetrics,
  decodedSpans,
  type Sink,
} from '../../../src/sink';
import { sampleData } from '../../../src/testing';
import { guest } from '../../support/guests';
import { names, tracesOf } from '../../support/spans';
import { recordingSink } from '../../pipeline/piped';
import { reload, useAs } from './roles';
import type { AppSetup } from './attackCase';

const [isolation, path, setup] = process.argv.slice(2) as ['inline' | 'worker' | 'process', string, string];
const {
  signal = 'traces',
  sink: kind = 'bytes',
  checkOutput,
  takesOutput,
  before,
  isCoalesced,
  batches = 1,
  role,
} = JSON.parse(setup) as AppSetup;
const MEBIBYTE = 2 ** 20;
const EVERY_MILLIS = 2;
/** A result of one item waits for 99 others. */
const COALESCING = { items: 100, always: true, delayMillis: 5_000 };
const SLOW_MILLIS = 4_000;
const report = (message: object): boolean => process.stdout.write(`${JSON.stringify(message)}\n`);
const options = {
  isolation,
  guestTimeoutMillis: 500,
  startTimeoutMillis: 2_000,
  maxMemoryBytes: 256 * MEBIBYTE,
  restart: { initialDelayMillis: 50, maxDelayMillis: 50 },
  checkOutput,
  ...(takesOutput ? { wasi: { stdout: () => undefined } } : {}),
};
/** Releases every batch at once, so that it does not add to the app's memory. */
const bytesSink = (delayMillis = 0): Sink => ({
  ...recordingSink(),
  send: async batch => {
    if (delayMillis > 0) await delay(delayMillis);
    batch.release();
    return { status: 'sent' };
  },
});
const slowSink = (): Sink => bytesSink(SLOW_MILLIS);
const DECODERS = { traces: decodedSpans, metrics: decodedMetrics, logs: decodedLogRecords };
const sdkSink = (): Sink =>
  createSdkExporterSink<unknown>(
    signal,
    { export: (_, done) => done({ code: 0 }), shutdown: () => Promise.resolve() },
    DECODERS[signal],
  );
/** On this thread, as with headers that are a function. */
const jsonSink = (): Sink =>
  createOtlpHttpSink(signal, { url: 'http://127.0.0.1:9/', timeoutMillis: 100 }, 'json');
const sink = (): Sink => {
  const target = { sdk: sdkSink, json: jsonSink, slow: slowSink, bytes: bytesSink }[kind]();
  return { ...bytesSink(), send: batch => target.send(batch) };
};
const batch = (): Uint8Array =>
  signal === 'traces' ? tracesOf(...names(4)) : otlpFromJson(signal, sampleData(signal, 4));

/**
 * How late a timer came at worst, and no later than this process was busy meanwhile: a thread that was late because of itself
 * was busy, one that waited for others on the machine was not.
 */
function watch(): () => { lateMillis: number; peakMebibytes: number } {
  const before = process.memoryUsage.rss();
  let [late, peak] = [0, before];
  let [last, busy] = [performance.now(), process.cpuUsage()];
  const look = (): void => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(busy);
    late = Math.max(late, Math.min(now - last - EVERY_MILLIS, (user + system) / 1_000));
    peak = Math.max(peak, process.memoryUsage.rss());
    [last, busy] = [now, process.cpuUsage()];
  };
  const timer = setInterval(look, EVERY_MILLIS);
  return () => {
    clearInterval(timer);
    look();
    return { lateMillis: late, peakMebibytes: (peak - before) / MEBIBYTE };
  };
}

async function main(): Promise<void> {
  const attacker = Uint8Array.from(readFileSync(path));
  // What the app itself takes to get going is not the guest's doing.
  const warmSink = signal === 'traces' && kind === 'sdk' ? sink() : bytesSink();
  const warm = pipelineOf(await guest('echoesTwice'), 'traces', warmSink);
  for (let sent = 0; sent < 20; sent++) await warm.send(owned(tracesOf(...names(50))));
  await warm.shutdown();
  const attack = await prepared(attacker);
  await delay(50);
  report({ up: true });
  const stop = watch();
  let outcome: string;
  try {
    outcome = await attack();
  } catch (error) {
    outcome = `${(error as { code?: string }).code ?? String(error)}`;
  }
  report({ outcome, ...stop() });
  report({ ending: true });
  process.exit(0);
}

function pipelineOf(guests: Guests, of: Signal, to: Sink, watch = false): Pipeline {
  const coalescing = isCoalesced ? COALESCING : undefined;
  return createPipeline('processor', of, guests, to, { ...options, watch }, 'attack', coalescing);
}

async function prepared(attacker: Uint8Array<ArrayBuffer>): Promise<() => Promise<string>> {
  if (role === undefined) return () => asProcessor(attacker);
  const harmless = Uint8Array.from(await guest('echoesTwice'));
  if (role !== 'reload') {
    await useAs('mutator', harmless);
    return () => useAs(role, attacker);
  }
  const file = `${path}.watched.wasm`;
  writeFileSync(file, harmless);
  const pipeline = pipelineOf(file, 'traces', bytesSink(), true);
  await pipeline.ready();
  return () => reload(pipeline, file, attacker);
}

async function asProcessor(attacker: Uint8Array<ArrayBuffer>): Promise<string> {
  let outcome = 'served';
  const others = {
    itself: [attacker, attacker],
    nine: Array<Uint8Array>(9).fill(attacker),
    traps: [await guest('traps')],
  };
  const pipeline = pipelineOf([attacker, ...(before === undefined ? [] : others[before])], signal, sink());
  await pipeline.ready().catch((error: { code: string }) => (outcome = error.code));
  const count = batches > 1 ? batches : isCoalesced ? 8 : 3;
  for (let sent = 0; sent < count; sent++) {
    const done = pipeline.send(owned(batch()));
    if (batches === 1 || sent === count - 1) await done;
  }
  const [code] = Object.keys(pipeline.stats.errors);
  if (outcome === 'served' && code !== undefined) outcome = code;
  await Promise.race([pipeline.shutdown().catch(() => undefined), delay(2_000)]);
  return outcome;
}

void main();
