/**
 * What a guest costs the app's own thread when it runs there, and when it runs in a worker.
 *
 *     npx ts-node -T benchmarks/cases/worker.ts [part of a case's name]
 *
 * One round is one batch of 512 spans on its way: encode, guest, the answer's check. The time is what the event loop of
 * the main thread was busy meanwhile (`performance.eventLoopUtilization`), so waiting for a worker costs nothing and
 * waking it does. The two sides take turns; the ratio is of medians over the rounds. `guestMillis` is the round trip
 * inline less the encoding: what the guest itself takes.
 */
import { SpanKind } from '@opentelemetry/api';
import { performance } from 'node:perf_hooks';
import { type ReadableSpan } from '@opentelemetry/sdk-trace';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { encodeTraces } from '../../src/otlp';
import { createPipeline, type Pipeline } from '../../src/pipeline';
import { nowhere } from '../../src/sink';
import { guest as guestBytes } from '../../test/support/guests';

export interface WorkerCase {
  readonly name: string;
  /** `test/guests/<guest>.wat`. */
  readonly guest: string;
  /** Ratio of main-thread time, worker to inline, that is aimed at; at most. None where inline is the right choice. */
  readonly bar: number | undefined;
}

export interface WorkerResult {
  readonly name: string;
  readonly bar: number | undefined;
  readonly guestMillis: number;
  /** Time that the main thread is busy per batch. */
  readonly inlineMillis: number;
  readonly workerMillis: number;
  readonly ratio: number;
}

export function workerCases(): WorkerCase[] {
  return [
    { name: 'heavy guest, 512 spans', guest: 'worker/heavy', bar: 0.6 },
    { name: 'guest that does nothing, 512 spans', guest: 'unchanged', bar: undefined },
  ];
}

const SPANS = 512;
const WARM_UP_ROUNDS = 30;
const ROUNDS = 100;

export async function runWorkerCase({ name, guest, bar }: WorkerCase): Promise<WorkerResult> {
  const bytes = await guestBytes(guest);
  const pipelines = (['inline', 'worker'] as const).map(isolation =>
    createPipeline('processor', 'traces', bytes, nowhere, { isolation }, 'benchmark'),
  );
  await Promise.all(pipelines.map(pipeline => pipeline.ready()));

  const samples: [inline: number[], worker: number[], encode: number[]] = [[], [], []];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    for (const side of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const spans = makeSpans();
      const { busyMillis, encodeMillis } = await timed(pipelines[side], spans);
      if (round < WARM_UP_ROUNDS) continue;
      samples[side].push(busyMillis);
      if (side === 0) samples[2].push(encodeMillis);
    }
  }
  await Promise.all(pipelines.map(pipeline => pipeline.shutdown()));
  const [inlineMillis, workerMillis, encodeMillis] = samples.map(median);
  const guestMillis = inlineMillis - encodeMillis;
  return { name, bar, guestMillis, inlineMillis, workerMillis, ratio: workerMillis / inlineMillis };
}

async function timed(
  pipeline: Pipeline,
  spans: readonly ReadableSpan[],
): Promise<{ busyMillis: number; encodeMillis: number }> {
  // From the start of a turn of the event loop to the turn in which the batch is through.
  await new Promise(resolve => setImmediate(resolve));
  const before = performance.eventLoopUtilization();
  const start = performance.now();
  const bytes = encodeTraces(spans);
  const encodeMillis = performance.now() - start;
  await pipeline.send(bytes);
  return { busyMillis: performance.eventLoopUtilization(before).active, encodeMillis };
}

/** Spans as an HTTP server makes them, new ones each time, with the attributes of the codec's benchmark. */
function makeSpans(): ReadableSpan[] {
  const spans: ReadableSpan[] = [];
  const provider = new BasicTracerProvider({
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: span => void spans.push(span),
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  });
  const tracer = provider.getTracer('benchmark');
  for (let index = 0; index < SPANS; index++) {
    tracer
      .startSpan('GET /api/orders/:id', {
        kind: SpanKind.SERVER,
        attributes: {
          'http.request.method': 'GET',
          'http.response.status_code': 200,
          'http.route': '/api/orders/:id',
          'url.path': `/api/orders/${index}`,
          'url.scheme': 'https',
          'server.address': 'shop.example.com',
          'server.port': 443,
          'network.protocol.version': '1.1',
          'client.address': `192.0.2.${index % 256}`,
          'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
        },
      })
      .end();
  }
  return spans;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

async function main(): Promise<void> {
  const filter = process.argv[2] ?? '';
  for (const workerCase of workerCases().filter(({ name }) => name.includes(filter))) {
    const { name, bar, guestMillis, inlineMillis, workerMillis, ratio } = await runWorkerCase(workerCase);
    const verdict = bar === undefined ? 'no bar' : ratio <= bar ? `<= ${bar}` : `MISSES ${bar}`;
    console.log(
      name.padEnd(40),
      `guest ${guestMillis.toFixed(2)} ms, main thread busy: inline ${inlineMillis.toFixed(2)} ms,`,
      `worker ${workerMillis.toFixed(2)} ms, ratio ${ratio.toFixed(2)}`,
      verdict,
    );
  }
}

if (require.main === module) void main();
