/**
 * What a guest costs the app's own thread when it runs there, and when it runs in a worker: one batch of 512 spans on its
 * way, encode, guest, the answer's check. The time is what the event loop of the main thread was busy meanwhile, so
 * waiting for a worker costs nothing and waking it does.
 */
import { performance } from 'node:perf_hooks';
import { encodeTraces } from '../../src/otlp';
import { createPipeline, type Pipeline } from '../../src/pipeline';
import { discardSink } from '../../src/sink';
import type { BenchmarkCase } from '../support/case';
import { compare } from '../support/compare';
import { FILTER, textGuest } from '../support/guests';
import { FILTER_CONFIG, makeSpans } from '../support/spans';
import { owned } from '../../src/abi';

function workerCase(
  guest: string,
  source: () => string | Promise<Uint8Array>,
  atMost?: number,
  note?: string,
): BenchmarkCase {
  const name = `worker/main-thread/${guest}/512`;
  return {
    name,
    run: async () => {
      const bytes = await source();
      const pluginConfig = guest === 'filter' ? FILTER_CONFIG : null;
      const [worker, inline] = (['worker', 'inline'] as const).map(isolation =>
        createPipeline('processor', 'traces', bytes, discardSink, { isolation, pluginConfig }, 'benchmark'),
      );
      await Promise.all([worker.ready(), inline.ready()]);
      const result = await compare({
        ...{ name, unit: 'ms/batch', atMost, note, warmUpRounds: 30, rounds: 100 },
        ours: { name: 'in a worker', round: () => busyMillis(worker) },
        peer: { name: 'inline', round: () => busyMillis(inline) },
      });
      await Promise.all([worker.shutdown(), inline.shutdown()]);
      return result;
    },
  };
}

async function busyMillis(pipeline: Pipeline): Promise<number> {
  const spans = makeSpans(512);
  // From the start of a turn of the event loop to the turn in which the batch is through.
  await new Promise(resolve => setImmediate(resolve));
  const before = performance.eventLoopUtilization();
  await pipeline.send(owned(encodeTraces(spans)));
  return performance.eventLoopUtilization(before).active;
}

export const workerCases: readonly BenchmarkCase[] = [
  workerCase('heavy', () => textGuest('worker/heavy'), 0.6, 'a guest that computes for some milliseconds'),
  workerCase('filter', () => FILTER, undefined, 'a fast guest: waking the worker costs what the guest would'),
];
