import { performance } from 'node:perf_hooks';
import { messageOf, OtelWasmError, owned, type Signal } from '../../abi';
import type { ConsumeOutcome } from '../../guest';
import { type CheckDepth, checkStructure } from '../../otlp';
import type { DirectRunner } from '../../runner';
import type { BurstLog } from '../burstLog';
import type { OnError } from '../options';
import { Counts, type GuestStats } from '../stats';
import type { SelfTelemetry } from '../selfTelemetry';

export interface DirectStageOptions {
  readonly name: string;
  readonly signal: Signal;
  readonly onError: OnError;
  readonly checkOutput: CheckDepth;
  readonly log: BurstLog;
  /** Called with the duration of each call, if durations are recorded. */
  readonly recordCall: SelfTelemetry['recordCall'] | undefined;
  readonly onShutdown: () => void;
  /** What the guest says that it drops, where that may be done before it. */
  readonly drops?: string;
}

/** What a guest made of an item. `unchanged` too where it failed and `onError` is `passthrough`. */
export type StageOutcome =
  | { readonly status: 'unchanged' }
  | {
      readonly status: 'changed';
      readonly bytes: Uint8Array;
      readonly release: () => void;
      readonly items: number;
    }
  | { readonly status: 'failed'; readonly error: OtelWasmError };

const UNCHANGED: StageOutcome = { status: 'unchanged' };
const EMPTY: StageOutcome = { status: 'changed', ...owned(new Uint8Array(0)), items: 0 };

/** One guest of a chain that is called directly, with the policy for its failures. */
export class DirectStage {
  readonly #runner: DirectRunner;
  readonly #options: DirectStageOptions;
  readonly #errors = new Counts();

  constructor(runner: DirectRunner, options: DirectStageOptions) {
    this.#runner = runner;
    this.#options = options;
  }

  get stats(): GuestStats {
    const { state, calls, restarts, memoryBytes } = this.#runner;
    return { name: this.#options.name, state, calls, errors: this.#errors.snapshot, restarts, memoryBytes };
  }

  get drops(): string | undefined {
    return this.#options.drops;
  }

  /** Puts one item through the guest. Never throws. */
  process(bytes: Uint8Array): StageOutcome {
    const { recordCall, name } = this.#options;
    if (recordCall === undefined) return this.#process(bytes);
    const { calls } = this.#runner;
    const start = performance.now();
    const outcome = this.#process(bytes);
    const error = outcome.status === 'failed' ? outcome.error.code : undefined;
    // Without an instance there was no call.
    if (this.#runner.calls > calls) recordCall(name, (performance.now() - start) / 1_000, error);
    return outcome;
  }

  /** Asks a connector for its metrics: `unchanged` when it has none. Never throws. */
  collect(temporality: 'delta' | 'cumulative'): StageOutcome {
    const outcome = this.#checked(
      this.#runner.run(instance => instance.collect(temporality)),
      'metrics',
    );
    if (outcome.status === 'failed') this.failed(outcome.error);
    return outcome;
  }

  /** Counts and logs an error of the guest. */
  failed(error: OtelWasmError): void {
    const { log, name } = this.#options;
    this.#errors.add(error.code);
    log.warn(error.code, `${name}: ${error.message}`, name);
  }

  shutdown(): void {
    this.#options.onShutdown();
    const error = this.#runner.shutdown();
    if (error !== undefined) this.failed(error);
  }

  #process(bytes: Uint8Array): StageOutcome {
    const outcome = this.#checked(this.#runner.run(instance => instance.consume(bytes)));
    if (outcome.status !== 'failed') return outcome;
    this.failed(outcome.error);
    return this.#options.onError === 'passthrough' ? UNCHANGED : outcome;
  }

  #checked(outcome: ConsumeOutcome, signal = this.#options.signal): StageOutcome {
    if (outcome.status === 'unchanged') return UNCHANGED;
    if (outcome.status !== 'changed') return { status: 'failed', error: outcome.error };
    const { bytes, release } = outcome;
    const { checkOutput } = this.#options;
    if (bytes.length === 0) return EMPTY;
    try {
      return { status: 'changed', bytes, release, items: checkStructure(signal, bytes, checkOutput) };
    } catch (cause) {
      release();
      const message = `the guest returned bytes that are not OTLP: ${messageOf(cause)}`;
      return { status: 'failed', error: new OtelWasmError('GUEST_OUTPUT', message, { cause }) };
    }
  }
}
