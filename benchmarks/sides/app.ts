/** An app with one span processor, in a process of its own. Told by messages what to do; answers each with one message. */
import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTracer, isDropped, makeSpan, makeSpans, type Shape } from '../support/spans';
import { createSide, type SideName } from './spanProcessors';

export type AppCommand =
  /** Ends `batches` times `spans` spans, made before, and waits until all of it is sent. */
  | {
      readonly kind: 'round';
      readonly batches: number;
      readonly spans: number;
      readonly shape: Shape;
      readonly dropPercent: number;
    }
  /** Makes `spansPerSecond` HTTP spans for a while, as requests do. */
  | { readonly kind: 'load'; readonly millis: number; readonly spansPerSecond: number };

export interface RoundAnswer {
  /** CPU time of the whole process, all threads: user and system. */
  readonly cpuMicros: number;
  /** Time that the event loop was busy. */
  readonly busyMicros: number;
  readonly rssBytes: number;
}

export interface LoadAnswer {
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly cpuMicros: number;
}

const [side, url] = process.argv.slice(2) as [SideName, string];
const processor = createSide(side, url);

/** Long enough for a batch to be sent on loopback; waiting costs no CPU time. */
const BETWEEN_BATCHES_MILLIS = 4;

async function round(command: Extract<AppCommand, { kind: 'round' }>): Promise<RoundAnswer> {
  const { batches, spans, shape, dropPercent } = command;
  let cpuMicros = 0;
  let busyMicros = 0;
  const measure = async (work: () => Promise<void>): Promise<void> => {
    const cpu = process.cpuUsage();
    const loop: EventLoopUtilization = performance.eventLoopUtilization();
    await work();
    // First: asking for the CPU time takes some 40 µs of the loop's.
    busyMicros += performance.eventLoopUtilization(loop).active * 1_000;
    const { user, system } = process.cpuUsage(cpu);
    cpuMicros += user + system;
  };
  for (let batch = 0; batch < batches; batch++) {
    const made = makeSpans(spans, shape, dropPercent);
    // A turn of its own, so that the event loop's time is counted from here.
    await sleep(1);
    await measure(async () => {
      for (const span of made) processor.onEnd(span);
      await sleep(BETWEEN_BATCHES_MILLIS);
    });
  }
  await measure(() => processor.forceFlush());
  return { cpuMicros, busyMicros, rssBytes: process.memoryUsage.rss() };
}

const TICK_MILLIS = 5;

async function load({ millis, spansPerSecond }: Extract<AppCommand, { kind: 'load' }>): Promise<LoadAnswer> {
  const tracer = createTracer([processor]);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const cpu = process.cpuUsage();
  const begin = performance.now();
  delay.enable();
  let made = 0;
  while (performance.now() - begin < millis) {
    const due = ((performance.now() - begin) / 1_000) * spansPerSecond;
    for (; made < due; made++) makeSpan(tracer, 'http', isDropped(made, 10));
    await sleep(TICK_MILLIS);
  }
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  await processor.forceFlush();
  return {
    p50Millis: delay.percentile(50) / 1e6,
    p99Millis: delay.percentile(99) / 1e6,
    cpuMicros: user + system,
  };
}

async function main(): Promise<void> {
  await processor.ready?.();
  process.on('message', (command: AppCommand) => {
    void (command.kind === 'round' ? round(command) : load(command)).then(found => process.send!(found));
  });
  process.on('disconnect', () => process.exit());
  process.send!('ready');
}

void main();
