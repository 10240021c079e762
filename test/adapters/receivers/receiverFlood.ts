import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { WasmSpanReceiver } from '../../../src';
import { guest } from '../../support/guests';

/** What came of a receiver that emits without end, into a consumer that takes 0.2 ms for each batch of one span. */
export interface Flood {
  /** Batches out of order. */
  readonly wrong: number;
  readonly batches: number;
  readonly stats: readonly [itemsIn: number, itemsOut: number, calls: number];
  /** Most resident memory, above that after the first 1,000 batches. */
  readonly grewBytes: number;
}

/** A process of its own: how far memory grows depends on how much garbage others leave in it. */
async function main(until: number): Promise<void> {
  let [batches, wrong, before, peak] = [0, 0, 0, 0];
  let done: () => void = () => undefined;
  const all = new Promise<void>(resolve => (done = resolve));
  const exporter: SpanExporter = {
    export: ([span]: ReadableSpan[], callback: (result: ExportResult) => void) => {
      const free = performance.now() + 0.2;
      if (Number(span.name.slice(0, 8)) !== batches++) wrong++;
      if (batches === 1_000) before = process.memoryUsage().rss;
      if (batches % 1_000 === 0) peak = Math.max(peak, process.memoryUsage().rss);
      if (batches === until) done();
      while (performance.now() < free);
      callback({ code: ExportResultCode.SUCCESS });
    },
    shutdown: async () => undefined,
  };
  const receiver = new WasmSpanReceiver(await guest('receiver/emitsForever'), { exporter });
  await receiver.start();
  // A receiver does not keep its process alive.
  const alive = setInterval(() => undefined, 60_000);
  await all;
  clearInterval(alive);
  await receiver.shutdown();
  const { itemsIn, itemsOut, calls } = receiver.stats;
  const flood: Flood = { wrong, batches, stats: [itemsIn, itemsOut, calls], grewBytes: peak - before };
  console.log(JSON.stringify(flood));
}

if (require.main === module) void main(Number(process.argv[2]));
