import assert from 'node:assert/strict';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { WasmSpanProcessor } from '../../src';
import { guest } from '../support/guests';
import { endSpans, names, tracerFor, tracesOf } from '../support/spans';
import { piped } from '../pipeline/piped';
import { owned } from '../../src/abi';

/** An eighth of the defaults; the delays are longer than any test takes, so that only full batches are sent. */
const LIMITS = {
  ...{ maxExportBatchSize: 64, maxQueueSize: 256 },
  ...{ scheduledDelayMillis: 600_000, exportTimeoutMillis: 600_000 },
};

/** Holds each batch until it is asked to answer, or is open. */
class StepExporter implements SpanExporter {
  spans = 0;
  isOpen = false;
  #done: (() => void) | undefined;

  get isBusy(): boolean {
    return this.#done !== undefined;
  }

  export(spans: ReadableSpan[], callback: (result: ExportResult) => void): void {
    this.spans += spans.length;
    this.#done = () => callback({ code: ExportResultCode.SUCCESS });
    if (this.isOpen) this.answer();
  }

  answer(): void {
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }

  shutdown = (): Promise<void> => Promise.resolve();
}

describe('losses', () => {
  for (const isolation of ['inline', 'worker'] as const) {
    it(`${isolation}: 511 of 512 spans arrive in order when one is poisonous`, async () => {
      const { pipeline, sink } = piped(await guest('obeysSpanNames'), { isolation });
      const all = names(512).map((name, index) => (index === 300 ? `${name} TRAP` : name));
      await pipeline.send(owned(tracesOf(...all)));
      await pipeline.shutdown();
      assert.deepEqual(
        sink.names,
        all.filter(name => !name.endsWith('TRAP')),
      );
      assert.deepEqual(pipeline.stats.itemsFailed, { GUEST_TRAP: 1 });
    }).timeout(60_000);
  }

  // A step answers both exporters at once, and the spans come so many microtasks later: before either processor has sent
  // its next batch, between the two, or after both.
  for (const [steps, burst] of [
    [1, 256],
    [20, 12],
    [20, 75],
    [6, 250],
  ]) {
    it(`without failures, drops nothing of ${steps} bursts of ${burst} that BatchSpanProcessor would not drop`, async () => {
      for (let microtasks = 0; microtasks < 20; microtasks++) {
        const [stock, behind] = [new StepExporter(), new StepExporter()];
        const processor = new WasmSpanProcessor(await guest('echoes'), { exporter: behind, ...LIMITS });
        const stockProcessor = new BatchSpanProcessor(stock, LIMITS);
        const tracer = tracerFor(stockProcessor, processor);
        let ended = 0;
        const waiting = (): number => ended - behind.spans - (processor.stats.itemsFailed.QUEUE_FULL ?? 0);
        for (let step = 0; step < steps; step++) {
          stock.answer();
          behind.answer();
          for (let turn = 0; turn < microtasks; turn++) await Promise.resolve();
          endSpans(tracer, names(burst));
          ended += burst;
          // A full batch reaches the exporter once the guest is through with it.
          while (!behind.isBusy && waiting() >= LIMITS.maxExportBatchSize) await turnOfTheLoop();
        }
        stock.isOpen = behind.isOpen = true;
        stock.answer();
        behind.answer();
        await Promise.all([stockProcessor.shutdown(), processor.shutdown()]);
        assert.ok(
          behind.spans >= stock.spans,
          `${behind.spans} arrived, ${stock.spans} with the SDK's own processor`,
        );
        if (steps * burst <= LIMITS.maxQueueSize) assert.equal(stock.spans, steps * burst);
      }
    });
  }
});
