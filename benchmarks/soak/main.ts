/**
 * An HTTP service at full load with a guest that fails every second or so, for a while; then checks the requirements. With a worker or
 * a process, the stock exporter has the same load for a tenth of that time, for the delay of the event loop beside it.
 *
 *   npm run soak -- [--minutes 10] [--isolation inline|worker|process] [--timeout 200]
 *
 * Service, load and this process, which receives the spans, run side by side. Writes .soak/summary.json and
 * .soak/chart.svg; ends with 1 when a requirement is not met.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import wabt from 'wabt';
import { countItems } from '../../src/otlp';
import { requirements } from './requirements';
import { chart } from './chart';
import { type FromService, type Report, type Sample, type ServiceOptions, SOAK_PROCESSORS } from './messages';

const FOLDER = join(__dirname, '../../.soak');
const DELAY_MARGIN_MILLIS = 50;
const TYPESCRIPT = ['--require', 'ts-node/register/transpile-only'];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      isolation: { type: 'string', default: 'inline' },
      timeout: { type: 'string', default: '200' },
    },
  });
  const minutes = Number(values.minutes);
  const guestTimeoutMillis = Number(values.timeout);
  const isolation = SOAK_PROCESSORS.find(name => name === values.isolation && name !== 'stock');
  if (isolation === undefined)
    throw new Error(`--isolation is ${values.isolation}: allowed are inline, worker, process`);

  mkdirSync(FOLDER, { recursive: true });
  const guestFile = await assemble();
  const soak = await runService({ guestFile, guestTimeoutMillis, processor: isolation }, minutes);
  const { report, samples } = soak;
  if (report.stats === undefined) throw new Error('the service has no adapter');
  let delayAtMostMillis = guestTimeoutMillis + DELAY_MARGIN_MILLIS;
  let delayReason = "the guest's limit and some";
  if (isolation !== 'inline') {
    const stock = await runService({ guestFile, guestTimeoutMillis, processor: 'stock' }, minutes / 10);
    delayAtMostMillis = stock.report.delayP99Millis;
    delayReason = "the stock exporter's";
  }
  const limits = { minutes, delayAtMostMillis, delayReason };
  const results = requirements({ ...soak, ...limits, report: { ...report, stats: report.stats } });
  const passed = results.every(({ met }) => met);
  const summary = { minutes, isolation, guestTimeoutMillis, passed, requirements: results, report, samples };
  writeFileSync(join(FOLDER, 'summary.json'), JSON.stringify(summary, undefined, 2));
  writeFileSync(join(FOLDER, 'chart.svg'), chart(samples));
  const perSecond = report.requests / (minutes * 60);
  console.log(`${report.requests} requests, ${perSecond.toFixed(0)} a second, guest ${isolation}`);
  console.log(`failed calls: ${JSON.stringify(report.stats.errors)}, restarts: ${report.stats.restarts}`);
  console.log(`items failed: ${JSON.stringify(report.stats.itemsFailed)}`);
  console.log(`longest delay of the event loop: ${report.delayMaxMillis.toFixed(1)} ms`);
  for (const { met, what, found } of results) console.log(`${met ? 'ok    ' : 'MISSED'} ${what}: ${found}`);
  process.exitCode = passed ? 0 : 1;
}

/** Has the service under load for some minutes. */
async function runService(
  options: Omit<ServiceOptions, 'otlpUrl'>,
  minutes: number,
): Promise<{ report: Report; samples: Sample[]; arrived: number }> {
  const receiver = await startReceiver();
  const withUrl: ServiceOptions = { ...options, otlpUrl: `${receiver.url}/v1/traces` };
  const service = start('service', JSON.stringify(withUrl), ['--expose-gc']);
  const samples: Sample[] = [];
  let report: Report | undefined;
  service.on('message', (message: FromService) => {
    if (message.kind === 'sample') samples.push(message.sample);
    if (message.kind === 'report') report = message.report;
  });
  const ended = once(service, 'exit');
  const [first] = (await Promise.race([once(service, 'message'), ended])) as [FromService];
  if (first.kind !== 'listening') throw new Error('the service did not come up');

  const load = start('load', String(first.port), []);
  await Promise.race([delay(minutes * 60_000), ended]);
  load.kill();
  await delay(500);
  if (service.connected) service.send('end');
  await ended;
  await receiver.close();
  if (report === undefined)
    throw new Error(`the service crashed with ${service.exitCode ?? service.signalCode}`);
  return { report, samples, arrived: receiver.spans() };
}

function start(name: string, argument: string, flags: readonly string[]): ChildProcess {
  return fork(join(__dirname, `${name}.ts`), [argument], { execArgv: [...TYPESCRIPT, ...flags] });
}

async function assemble(): Promise<string> {
  const source = join(__dirname, 'faulty.wat');
  const file = join(FOLDER, 'faulty.wasm');
  const assembler = await wabt();
  writeFileSync(
    file,
    assembler.parseWat(source, readFileSync(source, 'utf8'), { bulk_memory: true }).toBinary({}).buffer,
  );
  return file;
}

/** An OTLP/HTTP receiver that counts spans. */
async function startReceiver(): Promise<{ url: string; spans: () => number; close: () => Promise<void> }> {
  let spans = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      spans += countItems('traces', Buffer.concat(chunks));
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
