import { renameSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { WasmSampler, WasmSpanMetrics, WasmSpanMutator, WasmSpanReceiver } from '../../../src';
import { tracesOf } from '../../support/spans';
import type { Pipeline } from '../../../src/pipeline';
import { owned } from '../../../src/abi';

/** How an app uses a guest beside processors. */
export type Role = 'sampler' | 'mutator' | 'metrics' | 'receiver' | 'reload';

/** The spans that wait to be exported, as the queue of a batch processor has them. */
const MAX_WAITING = 2_048;
const LONGEST_MILLIS = 6_000;
const OPTIONS = { maxMemoryBytes: 2 ** 28, restart: { initialDelayMillis: 50, maxDelayMillis: 50 } };

interface Adapter {
  readonly stats: Readonly<Record<'errors' | 'itemsFailed', Readonly<Record<string, number>>>>;
}

const outcomeOf = ({ stats }: Adapter): string =>
  Object.keys({ ...stats.errors, ...stats.itemsFailed })[0] ?? 'served';

/** Ends so many spans, which stay where they are, a turn of the event loop apart. */
async function makeSpans(provider: TracerProvider, count = MAX_WAITING): Promise<unknown[]> {
  const tracer = provider.getTracer('app');
  const waiting = [];
  const end = performance.now() + LONGEST_MILLIS;
  while (waiting.length < count && performance.now() < end) {
    const span = tracer.startSpan('GET', { attributes: { 'url.path': '/' } });
    span.end();
    waiting.push(span);
    await setImmediate();
  }
  return waiting;
}

/** What becomes of an attacker in each role. `path` has it. */
const ROLES = {
  sampler: async guest => {
    const sampler = new WasmSampler(guest, OPTIONS);
    await makeSpans(new TracerProvider({ sampler }));
    return outcomeOf(sampler);
  },
  mutator: async guest => {
    const mutator = new WasmSpanMutator(guest, OPTIONS);
    await makeSpans(new TracerProvider({ spanProcessors: [mutator] }));
    return outcomeOf(mutator);
  },
  metrics: async guest => {
    const metrics = new WasmSpanMetrics(guest, OPTIONS);
    const provider = new TracerProvider({ spanProcessors: [metrics] });
    for (let reports = 0; reports < 3; reports++) {
      await makeSpans(provider, 600);
      await metrics.collect();
    }
    return outcomeOf(metrics);
  },
  receiver: async guest => {
    const exporter = {
      export: (_: unknown, done: (result: { code: number }) => void) =>
        setTimeout(() => done({ code: 0 }), 20),
      shutdown: () => Promise.resolve(),
    };
    const receiver = new WasmSpanReceiver(guest, {
      ...OPTIONS,
      exporter,
      shutdownGraceMillis: 500,
      wasi: { stdout: () => undefined },
    });
    await receiver.start().catch(() => undefined);
    await delay(2_000);
    // What was emitted is delivered, which takes long where it is much.
    await Promise.race([receiver.shutdown().catch(() => undefined), delay(2_000)]);
    return outcomeOf(receiver);
  },
} satisfies Record<Exclude<Role, 'reload'>, (guest: Uint8Array<ArrayBuffer>) => Promise<string>>;

export function useAs(role: Exclude<Role, 'reload'>, guest: Uint8Array<ArrayBuffer>): Promise<string> {
  return ROLES[role](guest);
}

/** Puts a guest in the place of the one that serves from `path`, and sends batches meanwhile and afterwards. */
export async function reload(pipeline: Pipeline, path: string, guest: Uint8Array): Promise<string> {
  writeFileSync(`${path}.next`, guest);
  renameSync(`${path}.next`, path);
  // Files are looked at twice a second, and twice.
  for (const end = performance.now() + 4_000; performance.now() < end; await delay(10))
    await pipeline.send(owned(tracesOf('a')));
  await Promise.race([pipeline.shutdown().catch(() => undefined), delay(2_000)]);
  return outcomeOf(pipeline);
}
