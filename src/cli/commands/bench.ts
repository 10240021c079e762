import { performance } from 'node:perf_hooks';
import { type Command, Option } from 'commander';
import type { Signal } from '../../abi';
import { GuestInstance, loadGuest } from '../../guest';
import { countItems } from '../../otlp';
import { otlpFromJson } from '../../otlp/json';
import { sampleData } from '../../testing';
import { CommandError } from '../failure';
import {
  GUEST_ARGUMENT,
  type GuestCommandOptions,
  maxDocumentOption,
  testGuestOptions,
  withGuestOptions,
} from '../guestOptions';
import { pickSignal, readGuest } from '../guestRole';
import { type Format, FORMATS, type InputBatch, readBatches } from '../input';
import { Interrupt } from '../interrupt';
import { openOutput, printLine } from '../output';
import { Progress, type Stage } from '../progress';
import { table } from '../table';
import { formatBytes, formatCount, MEBIBYTE, parseCount, parseDuration } from '../values';

interface BenchOptions extends GuestCommandOptions {
  readonly for: number;
  readonly batchSize: number;
  readonly inputFormat?: Format;
  readonly maxDocument: number;
  readonly json?: boolean;
}

/** The measurements. Times are per call: alloc, write, consume, and the copy of the result. */
export interface BenchResult {
  readonly signal: Signal;
  readonly batches: number;
  readonly itemsPerBatch: number;
  readonly bytesPerBatch: number;
  readonly itemsPerSecond: number;
  readonly microsPerBatch: { readonly mean: number; readonly p50: number; readonly p99: number };
  readonly itemsKept: number;
  /** Linear memory, sampled at equal intervals from start to end. */
  readonly memoryBytes: readonly number[];
}

const WARM_UP_SHARE = 0.2;
const MEMORY_SAMPLES = 5;

/** `otelwasm bench filter.wasm` */
export function benchCommand(program: Command): void {
  const command = program
    .command('bench')
    .description('measure a guest on built-in HTTP data or on your own data')
    .argument('<guest>', GUEST_ARGUMENT)
    .argument('[input]', 'OTLP as JSON, JSON lines or protobuf; default: built-in data');
  withGuestOptions(command)
    .addOption(
      new Option('--for <time>', 'duration of the measurement: 500ms, 10s, 2m, 1h')
        .argParser(parseDuration)
        .default(3_000, '3s'),
    )
    .option('--batch-size <items>', 'items in a batch of built-in data', parseCount, 512)
    .addOption(new Option('--input-format <format>', 'default: detected from the input').choices(FORMATS))
    .addOption(maxDocumentOption())
    .option('--json', 'print JSON')
    .action(async (path: string, input: string | undefined, options: BenchOptions) => {
      const guest = readGuest(path);
      const signal = pickSignal(guest, options.role ?? 'processor', options.signal);
      const batches = await batchesFor(path, input, signal, options);
      const interrupt = new Interrupt();
      const result = await measure({ path, batches, options, interrupt });
      await openOutput(undefined).write(
        options.json ? `${JSON.stringify(result, null, 2)}\n` : report(path, result),
      );
      interrupt.done();
    });
}

type Batch = Pick<InputBatch, 'signal' | 'bytes'>;

async function batchesFor(
  path: string,
  input: string | undefined,
  signal: Signal | undefined,
  { batchSize, inputFormat, maxDocument }: BenchOptions,
): Promise<Batch[]> {
  if (input === undefined) {
    if (signal === undefined)
      throw new CommandError(`${path}: serves several signals: choose one with --signal`);
    return [{ signal, bytes: otlpFromJson(signal, sampleData(signal, batchSize)) }];
  }
  const batches: Batch[] = [];
  for await (const batch of readBatches({
    path: input,
    maxDocumentBytes: maxDocument * MEBIBYTE,
    format: inputFormat,
    signals: signal && [signal],
  })) {
    if (batches.length > 0 && batches[0].signal !== batch.signal) {
      throw new CommandError(`${input}: holds several signals: choose one with --signal`);
    }
    batches.push(batch);
  }
  return batches;
}

/** Ends early, with the results so far, when the user interrupts it. */
async function measure({
  path,
  batches,
  options,
  interrupt,
}: {
  path: string;
  batches: readonly Batch[];
  options: BenchOptions;
  interrupt: Interrupt;
}): Promise<BenchResult> {
  const [{ signal }] = batches;
  const { onLog, ...guestOptions } = testGuestOptions(options);
  const role = options.role ?? 'processor';
  const instance = new GuestInstance(loadGuest(path, role, signal, guestOptions.maxMemoryBytes), {
    ...guestOptions,
    ...{ role, signal, pluginConfigJson: JSON.stringify(guestOptions.pluginConfig ?? null) },
    log: (level, text) => onLog({ level, text }),
  });
  instance.start();
  const items = batches.map(({ bytes }) => countItems(signal, bytes));
  const itemsOfAll = items.reduce((sum, count) => sum + count, 0);
  const micros: number[] = [];
  const memoryBytes = [instance.memoryBytes];
  let itemsIn = 0;
  let itemsKept = 0;
  let bytesIn = 0;
  const startedAt = performance.now();
  const measuredFrom = startedAt + options.for * WARM_UP_SHARE;
  let until = startedAt + options.for;
  const progress = new Progress();
  const stageOf = (calls: number, share: number): Stage => ({
    ...{ share, text: `${formatCount(calls)} batches` },
    items: (itemsOfAll * calls) / batches.length,
  });
  for (let index = 0; micros.length === 0 || performance.now() < until; index++) {
    if (await interrupt.poll()) until = 0;
    progress.show(() => stageOf(index, (performance.now() - startedAt) / options.for));
    const at = index % batches.length;
    const { bytes } = batches[at];
    const before = performance.now();
    const outcome = instance.consume(bytes);
    const after = performance.now();
    if ('error' in outcome) throw outcome.error;
    if (after < measuredFrom && until > 0) continue;
    micros.push((after - before) * 1_000);
    itemsIn += items[at];
    bytesIn += bytes.length;
    itemsKept += outcome.status === 'changed' ? countItems(signal, outcome.bytes) : items[at];
    const share = (after - startedAt) / options.for;
    if (share * MEMORY_SAMPLES >= memoryBytes.length) memoryBytes.push(instance.memoryBytes);
  }
  progress.clear();
  const error = instance.shutdown();
  if (error !== undefined) printLine(`warning: ${error.message}`);
  micros.sort((left, right) => left - right);
  const total = micros.reduce((sum, value) => sum + value, 0);
  return {
    ...{ signal, batches: micros.length, memoryBytes },
    itemsPerBatch: itemsIn / micros.length,
    bytesPerBatch: bytesIn / micros.length,
    itemsPerSecond: (itemsIn / total) * 1_000_000,
    microsPerBatch: {
      mean: total / micros.length,
      p50: micros[Math.floor(micros.length * 0.5)],
      p99: micros[Math.floor(micros.length * 0.99)],
    },
    itemsKept: itemsKept / itemsIn,
  };
}

function report(path: string, result: BenchResult): string {
  const {
    signal,
    batches,
    itemsPerBatch,
    bytesPerBatch,
    microsPerBatch,
    itemsPerSecond,
    itemsKept,
    memoryBytes,
  } = result;
  const rows = [
    ['input', `${formatCount(itemsPerBatch)} items, ${formatBytes(Math.round(bytesPerBatch))} per batch`],
    ['batches', formatCount(batches)],
    ['throughput', `${formatCount(itemsPerSecond)} items/s`],
    [
      'per batch',
      `${microsPerBatch.mean.toFixed(1)} µs (p50 ${microsPerBatch.p50.toFixed(1)}, p99 ${microsPerBatch.p99.toFixed(1)})`,
    ],
    ['kept', `${(itemsKept * 100).toFixed(1)} % of the items`],
    ['memory', memoryBytes.map(formatBytes).join(' → ')],
  ];
  return `${path}, ${signal}\n${table(rows)}\n`;
}
