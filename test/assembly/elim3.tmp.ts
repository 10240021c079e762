/**
 * What the example guests cost against the SDK's serializer, on 512 HTTP spans.
 *
 *     npx ts-node -T test/assembly/guestCost.ts [folder with guests ...]
 *
 * Each round serializes the batch and hands the bytes to a guest (alloc, write, consume, the result copied into a buffer
 * that is used again), so that both see the same machine and the guest the caches as serializing leaves them. With several
 * folders the same guests of each are compared.
 */
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GUESTS } from './harness';

const SPANS = 512;
const ROUNDS = Number(process.env.ROUNDS ?? 200);
const WARM_UP_ROUNDS = 50;

const CASES = [
  { guest: 'filter', title: 'shorthand', config: { drop: ['/healthz'] }, dropped: 10 },
  { guest: 'filter', title: 'shorthand', config: { drop: ['/healthz'] }, dropped: 0 },
  { guest: 'redact', title: 'one mask', config: { keys: ['user_agent.*'] }, dropped: 10 },
];

function httpSpans(droppedPercent: number): ReadableSpan[] {
  const resource = resourceFromAttributes({
    'service.name': 'shop',
    'service.version': '1.4.2',
    'host.name': 'node-7',
  });
  const tracer = new BasicTracerProvider({ resource }).getTracer('@opentelemetry/instrumentation-http', '1');
  return Array.from({ length: SPANS }, (_, i) => {
    const path = (i * 37) % 100 < droppedPercent ? '/healthz' : `/api/users/${i}`;
    const span = tracer.startSpan('GET /api/users/:id', { kind: 1 });
    span.setAttributes({
      'http.request.method': 'GET',
      'url.full': `http://localhost:8080${path}?verbose=true`,
      'url.path': path,
      'http.route': '/api/users/:id',
      'server.address': 'localhost',
      'server.port': 8080,
      'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
      'network.protocol.version': '1.1',
      'http.response.status_code': 200,
      'network.peer.port': 54321,
    });
    span.end();
    return span as unknown as ReadableSpan;
  });
}

/** A function that runs the guest on a batch as a host does, with nothing else around it. */
function runner(file: string, config: object): (bytes: Uint8Array) => number {
  const result = Buffer.alloc(2 ** 20);
  let size = 0;
  const setResult = (pointer: number, length: number) => {
    size = length;
    result.set(new Uint8Array(memory.buffer, pointer, length));
  };
  const host = {
    set_result_traces: setResult,
    set_result_metrics: setResult,
    set_result_logs: setResult,
    get_plugin_config: (buffer: number) => Buffer.from(memory.buffer, buffer).write(JSON.stringify(config)),
    set_status_reason: (pointer: number, length: number) => {
      throw new Error(Buffer.from(memory.buffer, pointer, length).toString());
    },
    get_shutdown_requested: () => 0,
    log: () => undefined,
  };
  const module = new WebAssembly.Module(readFileSync(file));
  const { exports } = new WebAssembly.Instance(module, { 'opentelemetry.io/wasm': host });
  const memory = exports.memory as WebAssembly.Memory;
  const { start, alloc, consume_traces } = exports as Record<string, (...args: number[]) => number>;
  start();
  return bytes => {
    size = bytes.length;
    const pointer = alloc(bytes.length);
    new Uint8Array(memory.buffer).set(bytes, pointer);
    consume_traces(pointer, bytes.length);
    return size;
  };
}

function timed(times: number[], run: () => unknown): void {
  const start = process.hrtime.bigint();
  run();
  times.push(Number(process.hrtime.bigint() - start) / 1000);
}

const at = (times: number[], quantile: number) =>
  times.sort((a, b) => a - b)[Math.floor(times.length * quantile)];

function report(
  title: string,
  { folder, times, serializeTimes }: { folder: string; times: number[]; serializeTimes: number[] },
): void {
  const ratio = (quantile: number) => (at(times, quantile) / at(serializeTimes, quantile)).toFixed(3);
  console.log(
    `${title.padEnd(46)} ${at(times, 0.5).toFixed(1).padStart(6)} / ${at(serializeTimes, 0.5).toFixed(0)} µs = ${ratio(0.5)}, ` +
      `fastest tenth ${at(times, 0.1).toFixed(1).padStart(6)} µs = ${ratio(0.1)}  ${folders.length > 1 ? folder : ''}`,
  );
}

const folders = process.argv.length > 2 ? process.argv.slice(2) : [GUESTS];
const batches = new Map([0, 10, 50].map(dropped => [dropped, httpSpans(dropped)]));
for (const { guest, title, config, dropped } of CASES) {
  const sides = folders.map(folder => ({
    folder,
    run: runner(join(folder, `${guest}.wasm`), config),
    times: [] as number[],
    serializeTimes: [] as number[],
  }));
  const spans = batches.get(dropped) ?? [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const { run, times, serializeTimes } of sides) {
      if (round === 0) times.length = serializeTimes.length = 0;
      let bytes: Uint8Array = new Uint8Array();
      timed(serializeTimes, () => (bytes = ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array));
      timed(times, () => run(bytes));
    }
  }
  for (const side of sides) report(`${guest.padEnd(10)} ${title.padEnd(22)} ${dropped} % dropped`, side);
}
