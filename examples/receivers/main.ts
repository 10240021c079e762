/**
 * Three WebAssembly guests that produce telemetry, each on a thread of its own: a heartbeat span, process gauges and log
 * lines, sent with OTLP/HTTP. Prints what arrives.
 *
 *   npm run -s build && npm run -s build:guests && npx ts-node examples/receivers/main.ts [--for 5s]
 *
 * Ends by itself after `--for`, or at once on SIGTERM or Ctrl-C. With OTEL_EXPORTER_OTLP_ENDPOINT set the telemetry goes
 * there; else to an OTLP/HTTP endpoint inside this process.
 */
import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api';
import { parseArgs } from 'node:util';
import { startEmbeddedSink } from '../support/embeddedSink';
import { describe } from './describe';
import { createReceivers } from './receivers';

diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);

/** Milliseconds of `5s` or `500ms`. */
function readDuration(text: string): number {
  const [, number, unit] = /^(\d+)(ms|s)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`--for ${text}: expected a time as 5s or 500ms`);
  return Number(number) * (unit === 's' ? 1_000 : 1);
}

/** Resolves with why this app has to stop. The timer keeps the process alive till then: receivers do not. */
function stopAfter(millis: number): Promise<string> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, millis, 'time is up');
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        clearTimeout(timer);
        resolve(signal);
      });
    }
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { for: { type: 'string', default: '5s' } } });
  const millis = readDuration(values.for);
  const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const sink =
    endpoint === undefined
      ? await startEmbeddedSink((path, body) => describe(path, body).forEach(line => console.log(line)))
      : undefined;
  if (sink !== undefined) process.env.OTEL_EXPORTER_OTLP_ENDPOINT = sink.url;

  const stopRequested = stopAfter(millis);
  const receivers = createReceivers();
  await Promise.all(receivers.map(({ receiver }) => receiver.start()));
  console.log(`receiving, for ${values.for} or until SIGTERM; sent to ${endpoint ?? 'the embedded sink'}`);

  const why = await stopRequested;
  console.log(`${why}: stopping`);
  await Promise.all(receivers.map(({ receiver }) => receiver.shutdown()));
  await sink?.close();
  for (const { name, receiver } of receivers) {
    const { itemsIn, itemsOut } = receiver.stats;
    console.log(`${name}: ${receiver.state}, ${itemsIn} emitted, ${itemsOut} delivered`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
