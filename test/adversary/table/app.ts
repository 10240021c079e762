/**
 * An app that runs one attack of the table: node --require ./scripts/typescript.cjs app.ts ISOLATION GUEST [decoded]. It tells on
 * stdout, a JSON text a line, when it is up, what became of the attack, and when it ends itself.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { owned } from '../../../src/abi';
import { createSdkExporterSink, decodedSpans, type Sink } from '../../../src/sink';
import { guest } from '../../support/guests';
import { names, tracesOf } from '../../support/spans';
import { piped, type RecordingSink, recordingSink } from '../../pipeline/piped';

const [isolation, path, decoded] = process.argv.slice(2) as [
  'inline' | 'worker' | 'process',
  string,
  'decoded'?,
];
const MEBIBYTE = 2 ** 20;
const EVERY_MILLIS = 2;
const tell = (told: object): boolean => process.stdout.write(`${JSON.stringify(told)}\n`);
const options = {
  isolation,
  guestTimeoutMillis: 500,
  startTimeoutMillis: 2_000,
  maxMemoryBytes: 256 * MEBIBYTE,
  restart: { initialDelayMillis: 50, maxDelayMillis: 50 },
};
/** Keeps nothing: what it is sent is not the app's memory. */
const bytesSink = (): Sink => ({
  ...recordingSink(),
  send: () => Promise.resolve({ status: 'sent' as const }),
});
const sdkSink = (): Sink =>
  createSdkExporterSink(
    'traces',
    { export: (_, done) => done({ code: 0 }), shutdown: () => Promise.resolve() },
    decodedSpans,
  );
const sink = (): RecordingSink => {
  const target = decoded ? sdkSink() : bytesSink();
  return { ...recordingSink(), send: batch => target.send(batch) };
};

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
  const warm = piped(await guest('echoesTwice'), options, sink());
  for (let batch = 0; batch < 20; batch++) await warm.pipeline.send(owned(tracesOf(...names(50))));
  await warm.pipeline.shutdown();
  await delay(50);
  tell({ up: true });
  const stop = watch();
  let outcome = 'served';
  try {
    const { pipeline } = piped(attacker, options, sink());
    await pipeline.ready().catch((error: { code: string }) => (outcome = error.code));
    for (let batch = 0; batch < 3; batch++) await pipeline.send(owned(tracesOf(...names(4))));
    const [code] = Object.keys(pipeline.stats.errors);
    if (outcome === 'served' && code !== undefined) outcome = code;
    await Promise.race([pipeline.shutdown().catch(() => undefined), delay(2_000)]);
  } catch (error) {
    outcome = `${(error as { code?: string }).code ?? String(error)}`;
  }
  tell({ outcome, ...stop() });
  tell({ ending: true });
  process.exit(0);
}

void main();
