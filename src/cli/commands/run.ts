import { statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { type Command, Option } from 'commander';
import { messageOf, OtelWasmError, type Signal } from '../../abi';
import type { GuestDescription } from '../../conformance';
import { countItems, splitInTwo } from '../../otlp';
import { otlpFromJson, type OtlpJson, otlpToJson } from '../../otlp/json';
import { openGuest, type TestGuest } from '../../testing';
import { compare, type ChangeCounts, formatChanges, summarize } from '../diff';
import { stdoutColors } from '../colors';
import { CommandError } from '../failure';
import {
  exporterOptions,
  GUEST_ARGUMENT,
  maxDocumentOption,
  testGuestOptions,
  withGuestOptions,
} from '../guestOptions';
import { pickSignal, readGuest, signalsFor, signalsOf } from '../guestRole';
import { FORMATS, type InputBatch, readBatches } from '../input';
import { Interrupt } from '../interrupt';
import { formatPayload, openOutput, type Output, printLine } from '../output';
import { Progress, type Stage } from '../progress';
import { formatBytes, formatCount, MEBIBYTE, parseDuration } from '../values';
import type { RunOptions } from './runOptions';
import { explainRules } from './runExplain';
import { runReceiverCommand } from './runReceiver';

/** `otelwasm run filter.wasm data.json` */
export function runCommand(program: Command): void {
  const command = program
    .command('run')
    .description('pass OTLP through a guest and print the result; run a receiver for a while')
    .argument('<guest>', GUEST_ARGUMENT)
    .argument('[input]', 'OTLP as JSON, JSON lines or protobuf; default: stdin');
  withGuestOptions(command)
    .option(
      '--diff',
      'print what the guest dropped, added and changed; the result goes to --output, if given',
    )
    .option('--explain', 'for rules in YAML: print which rules dropped or changed each item, and how')
    .addOption(new Option('--input-format <format>', 'default: detected from the input').choices(FORMATS))
    .addOption(maxDocumentOption())
    .addOption(new Option('--output-format <format>', 'default: that of the input').choices(FORMATS))
    .option('-o, --output <file>', 'write the result to a file; default: stdout')
    .option('--for <time>', 'how long a receiver runs: 500ms, 10s, 2m, 1h; default: 10s', parseDuration)
    .option('-q, --quiet', 'no summary')
    .action(async (path: string, input: string | undefined, options: RunOptions) => {
      const guest = readGuest(path);
      const receives = options.role === 'receiver' || signalsOf(guest, 'processor').length === 0;
      if (receives) return runReceiverCommand(guest, input, options);
      if (options.for !== undefined) throw new CommandError(`${path}: --for applies only to receivers`);
      if (options.explain)
        return explainRules(path, input, {
          ...options,
          signal: pickSignal(guest, 'processor', options.signal),
        });
      await new Run(guest, input, options).run();
    });
}

/** One run of a consuming guest over an input. Each signal of the data gets a separate instance. */
class Run {
  readonly #guest: GuestDescription;
  readonly #input: string | undefined;
  readonly #options: RunOptions;
  readonly #instances = new Map<Signal, TestGuest<Signal>>();
  readonly #result: Output | undefined;
  readonly #diff: Output | undefined;
  readonly #colors = stdoutColors();
  readonly #progress = new Progress();
  readonly #interrupt = new Interrupt(() => {
    this.#progress.clear();
    this.#result?.discard();
    process.exit();
  });
  readonly #changes: ChangeCounts = { dropped: 0, changed: 0, added: 0, unchanged: 0 };
  #batches = 0;
  #itemsIn = 0;
  #itemsOut = 0;
  #guestMillis = 0;
  #bytesRead = 0;
  /** Items of signals that the guest does not serve. */
  readonly #skipped = new Map<Signal, number>();

  constructor(guest: GuestDescription, input: string | undefined, options: RunOptions) {
    this.#guest = guest;
    this.#input = input;
    this.#options = options;
    this.#diff = options.diff ? openOutput(undefined) : undefined;
    // An exporter has no results. Its own output is shown instead.
    const isShown = options.role !== 'exporter' && (!options.diff || options.output !== undefined);
    this.#result = isShown ? openOutput(options.output) : undefined;
  }

  async run(): Promise<void> {
    const { inputFormat: format, role = 'processor', signal } = this.#options;
    const unknown = new Set<string>();
    const batches = readBatches({
      ...{ path: this.#input, format, signals: signalsFor(this.#guest, role, signal) },
      maxDocumentBytes: this.#options.maxDocument * MEBIBYTE,
      onSkipped: (other, items) => this.#skipped.set(other, (this.#skipped.get(other) ?? 0) + items),
      onUnknown: path => unknown.add(path.replace(/\[\d+\]/g, '[]')),
      onProgress: bytesRead => (this.#bytesRead = bytesRead),
    });
    try {
      for await (const batch of batches) {
        const parts = partsOf(batch);
        for (const [index, part] of parts.entries()) {
          await this.#consume(part);
          // A document was read completely before its first part.
          const share = batch.format === 'jsonl' ? undefined : (index + 1) / parts.length;
          this.#progress.show(() => this.#stage(share));
          await this.#interrupt.poll();
        }
      }
      for (const instance of this.#instances.values()) instance.shutdown();
      this.#interrupt.done();
      await this.#result?.close();
    } finally {
      this.#progress.clear();
      this.#result?.discard();
    }
    for (const path of unknown) printLine(`warning: ${path} is not a field of OTLP and was ignored`);
    if (this.#options.quiet !== true) printLine(this.#summary());
  }

  async #consume(batch: InputBatch): Promise<void> {
    const instance = this.#instanceFor(batch.signal);
    const startedAt = performance.now();
    const { bytes, count } = this.#inPlace([this.#input ?? 'stdin', batch.place], () =>
      instance.consume(batch.bytes),
    );
    this.#guestMillis += performance.now() - startedAt;
    this.#batches++;
    this.#itemsIn += countItems(batch.signal, batch.bytes);
    this.#itemsOut += count;
    if (this.#result !== undefined && (count > 0 || batch.format !== 'jsonl')) {
      await this.#result.write(
        formatPayload(batch.signal, bytes, this.#options.outputFormat ?? batch.format),
      );
    }
    if (this.#diff !== undefined) {
      const changes = compare(
        batch.signal,
        canonicalJson(batch.signal, batch.bytes),
        canonicalJson(batch.signal, bytes),
      );
      for (const { kind } of changes) this.#changes[kind]++;
      this.#progress.clear();
      await this.#diff.write(formatChanges(changes, this.#colors));
    }
  }

  #instanceFor(signal: Signal): TestGuest<Signal> {
    let instance = this.#instances.get(signal);
    if (instance === undefined) {
      const { role = 'processor' } = this.#options;
      pickSignal(this.#guest, role, signal);
      instance = openGuest(signal, this.#guest.path, {
        ...(role === 'exporter' ? exporterOptions(this.#options) : testGuestOptions(this.#options)),
        role: role === 'exporter' ? 'exporter' : 'processor',
      });
      this.#instances.set(signal, instance);
    }
    return instance;
  }

  /** Adds the guest and the place in the input to an error of the guest. */
  #inPlace<T>(place: readonly (string | undefined)[], work: () => T): T {
    try {
      return work();
    } catch (error) {
      const where = [this.#guest.path, ...place].filter(part => part !== undefined).join(': ');
      // Other errors are not the guest's fault.
      if (!(error instanceof OtelWasmError))
        throw new CommandError(`${where}: ${messageOf(error)}`, { cause: error });
      throw new OtelWasmError(error.code, `${where}: ${messageOf(error)}`, { cause: error });
    }
  }

  #stage(share: number | undefined): Stage {
    const total = this.#input === undefined || this.#input === '-' ? undefined : statSync(this.#input).size;
    const text = formatBytes(this.#bytesRead) + (total ? ` of ${formatBytes(total)}` : '');
    return { items: this.#itemsIn, text, share: share ?? (total && this.#bytesRead / total) };
  }

  #summary(): string {
    const memory = [...this.#instances.values()].reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    const what =
      this.#diff === undefined
        ? `${formatCount(this.#itemsIn)} items in, ${formatCount(this.#itemsOut)} out`
        : summarize(this.#changes);
    const calls = `${formatCount(this.#batches)} ${this.#batches === 1 ? 'batch' : 'batches'}`;
    const others = [...this.#skipped].map(
      ([signal, items]) => `; ${formatCount(items)} items of ${signal} skipped`,
    );
    return `${what}; ${calls}, ${this.#guestMillis.toFixed(1)} ms in the guest, ${formatBytes(memory)} of memory${others.join('')}`;
  }
}

/** A service's exporter sends some hundred kilobytes at once, but a file can contain a day in one document. */
const MAX_BATCH_BYTES = 4 * 2 ** 20;

function partsOf(batch: InputBatch): InputBatch[] {
  if (batch.bytes.length <= MAX_BATCH_BYTES || countItems(batch.signal, batch.bytes) < 2) return [batch];
  return splitInTwo(batch.signal, batch.bytes).flatMap(bytes => partsOf({ ...batch, bytes }));
}

/** OTLP JSON without members that have their default value: `parentSpanId: ""` means no parent. */
function canonicalJson(signal: Signal, bytes: Uint8Array): OtlpJson {
  return otlpToJson(signal, otlpFromJson(signal, otlpToJson(signal, bytes)));
}
