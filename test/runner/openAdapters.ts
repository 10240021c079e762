/** An app that uses the built package and leaves all its adapters open: run by worker.test.ts, which waits for it to end by itself. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context } from '@opentelemetry/api';
import { BasicTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { WasmSpanProcessor, WasmSpanReceiver } from 'otelwasm';
import { guest } from '../support/guests';

const [how] = process.argv.slice(2);
const hangs: SpanExporter = { export: () => undefined, shutdown: () => Promise.resolve() };
const takes: SpanExporter = {
  export: (_spans, callback) => callback({ code: 0 }),
  shutdown: () => Promise.resolve(),
};

/** Nothing but the worker itself can keep the process alive until it has started, answered and shut down. */
async function oneWorker(): Promise<void> {
  const processor = new WasmSpanProcessor(await guest('unchanged'), { isolation: 'worker', exporter: takes });
  await processor.ready();
  await processor.shutdown();
}

async function main(): Promise<void> {
  if (how === 'one worker, shut down') return oneWorker();
  const passes = await guest('unchanged');
  const file = join(mkdtempSync(join(tmpdir(), 'otelwasm-')), 'unchanged.wasm');
  writeFileSync(file, passes);
  const processors = (['inline', 'worker'] as const).map(
    isolation => new WasmSpanProcessor(passes, { isolation, exporter: takes }),
  );
  processors.push(new WasmSpanProcessor(file, { watch: true, exporter: takes }));
  const receivers = [
    new WasmSpanReceiver(await guest('receiver/sleeps'), { exporter: takes }),
    new WasmSpanReceiver(await guest('receiver/loops'), { exporter: takes, shutdownGraceMillis: 100 }),
    new WasmSpanReceiver(await guest('receiver/emitsForever'), {
      exporter: hangs,
      exportTimeoutMillis: 200,
    }),
    new WasmSpanReceiver(await guest('receiver/traps'), {
      exporter: takes,
      restart: { initialDelayMillis: 60_000 },
    }),
  ];
  if (how === 'unused') return;
  const provider = new BasicTracerProvider({ spanProcessors: processors });
  await Promise.all(processors.map(processor => processor.ready()));
  await Promise.all(receivers.map(receiver => receiver.start()));
  provider.getTracer('test').startSpan('work', {}, context.active()).end();
  await Promise.all(processors.map(processor => processor.forceFlush()));
  for (const { stats } of processors) if (stats.itemsOut !== 1) throw new Error(JSON.stringify(stats));
  if (how === 'shut down') {
    await provider.shutdown();
    await Promise.allSettled(receivers.map(receiver => receiver.shutdown()));
  } else {
    provider.getTracer('test').startSpan('still in the queue').end();
  }
}

void main().then(() => console.log('done'));
