import { performance } from 'node:perf_hooks';
import { messageOf, OtelWasmError, owned, type Signal } from '../../abi';
import type { ConsumeOutcome } from '../../guest';
import { type CheckDepth, checkInTurns, checkStructure, ITEM_LIMITS } from '../../otlp';
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
  /** The guest's drop conditions, if the host may evaluate them before calling it. */
  readonly drops?: string;
}

/** The guest's result for one item. Also `unchanged` when the guest failed and `onError` is `passthrough`. */
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

/** What a guest may add to one item. It stays with the item, of which thousands can wait to be exported. */
const MAX_ADDED_BYTES = 2 ** 16;

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

  /** Passes one item to the guest. Never throws. */
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

  /** Asks a connector for its metrics. `unchanged` when it has none. Never rejects. */
  async collect(temporality: 'delta' | 'cumulative'): Promise<StageOutcome> {
    const collected = this.#runner.run(instance => instance.collect(temporality));
    const outcome = isToCheck(collected) ? await this.#checkedMetrics(collected) : unchecked(collected);
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
    const outcome = this.#checked(
      this.#runner.run(instance => instance.consume(bytes)),
      bytes.length + MAX_ADDED_BYTES,
    );
    if (outcome.status !== 'failed') return outcome;
    this.failed(outcome.error);
    return this.#options.onError === 'passthrough' ? UNCHANGED : outcome;
  }

  /** Checks in one step: the app waits for the result. */
  #checked(outcome: ConsumeOutcome, maxBytes: number): StageOutcome {
    if (!isToCheck(outcome)) return unchecked(outcome);
    const { length } = outcome.bytes;
    if (length > maxBytes)
      return refused(
        outcome,
        `the guest turned an item into ${length} bytes: at most ${maxBytes} are allowed`,
      );
    const { signal, checkOutput } = this.#options;
    try {
      return { ...outcome, items: checkStructure(signal, outcome.bytes, checkOutput, ITEM_LIMITS) };
    } catch (cause) {
      return noOtlp(outcome, cause);
    }
  }

  async #checkedMetrics(outcome: Changed): Promise<StageOutcome> {
    try {
      return { ...outcome, items: await checkInTurns('metrics', outcome.bytes, this.#options.checkOutput) };
    } catch (cause) {
      return noOtlp(outcome, cause);
    }
  }
}

type Changed = Extract<ConsumeOutcome, { status: 'changed' }>;

function isToCheck(outcome: ConsumeOutcome): outcome is Changed {
  return outcome.status === 'changed' && outcome.bytes.length > 0;
}

function unchecked(outcome: ConsumeOutcome): StageOutcome {
  if (outcome.status === 'unchanged') return UNCHANGED;
  return outcome.status === 'changed' ? EMPTY : { status: 'failed', error: outcome.error };
}

function noOtlp(outcome: Changed, cause: unknown): StageOutcome {
  return refused(outcome, `the guest returned bytes that are not OTLP: ${messageOf(cause)}`, cause);
}

function refused({ release }: Changed, message: string, cause?: unknown): StageOutcome {
  release();
  return { status: 'failed', error: new OtelWasmError('GUEST_OUTPUT', message, { cause }) };
}
