import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import {
  messageOf,
  OtelWasmError,
  type OtelWasmErrorCode,
  owned,
  type OwnedBytes,
  type Signal,
} from '../../abi';
import type { ConsumeOutcome } from '../../guest';
import { type CheckDepth, checkInTurns, countItems } from '../../otlp';
import type { Runner } from '../../runner';
import type { BurstLog } from '../burstLog';
import { bisect, type BisectHost, BISECTABLE_CODES } from './bisect';
import type { OnError } from '../options';
import { Counts, type GuestStats } from '../stats';
import type { SelfTelemetry } from '../selfTelemetry';

export interface StageOptions {
  readonly name: string;
  readonly signal: Signal;
  readonly onError: OnError;
  /** How deeply a result of the guest is checked before it is used. */
  readonly checkOutput: CheckDepth;
  /** Bytes that may wait for the guest. A batch beyond this fails with `QUEUE_FULL`. */
  readonly maxPendingBytes: number;
  readonly log: BurstLog;
  /** Called with the duration of each call. */
  readonly recordCall: SelfTelemetry['recordCall'];
}

/** The result of a stage for a batch. */
export interface StageResult {
  /** The guest's result, empty when nothing is left; undefined when the batch continues unchanged. */
  readonly output?: OwnedBytes;
  /** The number of items in `output`, if the check counted them. */
  readonly items?: number;
  /** Items lost because the guest failed on them, by reason. */
  readonly failed: ReadonlyMap<OtelWasmErrorCode, number>;
  /** The last failure, also when `passthrough` kept the items. */
  readonly error?: OtelWasmError;
}

/** The guest's result, and its number of items. */
type CheckedOutcome =
  | Exclude<ConsumeOutcome, { status: 'changed' }>
  | (Extract<ConsumeOutcome, { status: 'changed' }> & { readonly items: number });

/**
 * Bytes that the parts of a batch together may have beyond the batch itself. The same limit applies to the results.
 */
const MAX_ADDED_BYTES = 2 ** 24;

const EMPTY = new Uint8Array(0);

/** A longer call may have blocked the event loop for as long. */
const LONG_CALL_MILLIS = 5;

/** One guest of a chain, with the policy for its failures. */
export class Stage {
  readonly #runner: Runner;
  readonly #options: StageOptions;
  readonly #errors = new Counts();
  #pendingBytes = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #servedSinceFailure = true;
  /** The last bisection isolated a bad item and the guest works: the next batch ignores the backoff. */
  #ignoreBackoffOnce = false;

  constructor(runner: Runner, options: StageOptions) {
    this.#runner = runner;
    this.#options = options;
  }

  get runner(): Runner {
    return this.#runner;
  }

  get stats(): GuestStats {
    const { state, calls, restarts, memoryBytes } = this.#runner;
    return {
      name: this.#options.name,
      state,
      calls,
      errors: this.#errors.snapshot,
      restarts,
      memoryBytes,
    };
  }

  /** Counts and logs an error of the guest that cost no item. */
  failed(error: OtelWasmError): void {
    const { log, name } = this.#options;
    this.#errors.add(error.code);
    log.warn(error.code, `${name}: ${error.message}`, name);
  }

  /**
   * Passes a batch through the guest. Batches are processed one at a time, in order, so that the pieces of a batch
   * stay together. Never rejects. An `indivisible` batch is not bisected.
   */
  process(bytes: Uint8Array, indivisible = false): Promise<StageResult> {
    const { maxPendingBytes } = this.#options;
    if (this.#pendingBytes > 0 && this.#pendingBytes + bytes.length > maxPendingBytes) {
      const error = new OtelWasmError(
        'QUEUE_FULL',
        `${this.#pendingBytes} bytes wait for the guest: maxPendingBytes is ${maxPendingBytes}`,
      );
      this.#errors.add(error.code);
      return Promise.resolve(this.#applyOnError(countItems(this.#options.signal, bytes), error));
    }
    this.#pendingBytes += bytes.length;
    const result = this.#queue.then(() => this.#process(bytes, indivisible));
    this.#queue = result.catch(() => undefined);
    return result.finally(() => (this.#pendingBytes -= bytes.length));
  }

  async #process(bytes: Uint8Array, indivisible: boolean): Promise<StageResult> {
    const outcome = await this.#call(bytes, this.#ignoreBackoffOnce);
    this.#ignoreBackoffOnce = false;
    if (outcome.status === 'unchanged') return { failed: new Map() };
    if (outcome.status === 'changed') return { output: outcome, items: outcome.items, failed: new Map() };
    const items = countItems(this.#options.signal, bytes);
    const search = outcome.status === 'no_room' || this.#isWorthBisecting(outcome.error);
    this.#servedSinceFailure &&= outcome.status !== 'failed';
    if (!search || indivisible) return this.#applyOnError(items, outcome.error);
    try {
      return await this.#divide(bytes, items, outcome.error);
    } catch (cause) {
      // Bytes from an earlier guest may be impossible to split.
      const error = new OtelWasmError('DECODE', `the batch cannot be split: ${messageOf(cause)}`, { cause });
      return this.#applyOnError(items, error);
    }
  }

  /** Bisection is not worthwhile if the guest also failed on the batch before. */
  #isWorthBisecting({ code }: OtelWasmError): boolean {
    return BISECTABLE_CODES.has(code) && this.#servedSinceFailure;
  }

  async #divide(bytes: Uint8Array, items: number, first: OtelWasmError): Promise<StageResult> {
    const { signal, maxPendingBytes } = this.#options;
    const failed = new Map<OtelWasmErrorCode, number>();
    const host: BisectHost = {
      signal,
      maxBytes: Math.min(bytes.length + MAX_ADDED_BYTES, Math.max(maxPendingBytes, 2 * bytes.length)),
      call: piece => this.#call(piece, true),
      applyOnError: (piece, count, error) => this.#applyOnError(count, error, failed).output?.bytes ?? piece,
    };
    const { output, lastError, guestWorks, timedOut } = await bisect(host, bytes, items, first);
    this.#servedSinceFailure = guestWorks;
    // After timeouts the backoff stays in force: bisecting every batch would block the app all the time.
    this.#ignoreBackoffOnce = guestWorks && !timedOut;
    return { output, failed, error: lastError };
  }

  /** Applies `onError` to items that the guest failed on. */
  #applyOnError(
    items: number,
    error: OtelWasmError,
    failed = new Map<OtelWasmErrorCode, number>(),
  ): StageResult {
    const { onError, log, name } = this.#options;
    const passes = onError === 'passthrough';
    log.warn(
      error.code,
      `${name}: ${items} items ${passes ? 'passed through' : 'dropped'}: ${error.message}`,
      name,
    );
    if (!passes) failed.set(error.code, (failed.get(error.code) ?? 0) + items);
    return { output: passes ? undefined : owned(EMPTY), failed, error };
  }

  async #call(bytes: Uint8Array, ignoreBackoff: boolean): Promise<CheckedOutcome> {
    const { calls } = this.#runner;
    const start = performance.now();
    const outcome = await this.#checked(await this.#runner.consume(bytes, ignoreBackoff));
    const millis = performance.now() - start;
    const error = 'error' in outcome ? outcome.error.code : undefined;
    if (error !== undefined) this.#errors.add(error);
    else this.#servedSinceFailure = true;
    // Without an instance there was no call: the guest is down, or could not be started.
    if (this.#runner.calls > calls) this.#options.recordCall(this.#options.name, millis / 1_000, error);
    // Yields to the event loop between long calls. setTimeout instead of setImmediate lets due timers of the app run
    // first.
    if (millis > LONG_CALL_MILLIS) await setTimeout(0);
    return outcome;
  }

  async #checked(outcome: ConsumeOutcome): Promise<CheckedOutcome> {
    if (outcome.status !== 'changed') return outcome;
    try {
      const { signal, checkOutput } = this.#options;
      return { ...outcome, items: await checkInTurns(signal, outcome.bytes, checkOutput) };
    } catch (cause) {
      outcome.release();
      const message = `the guest returned bytes that are not OTLP: ${messageOf(cause)}`;
      return { status: 'refused', error: new OtelWasmError('GUEST_OUTPUT', message, { cause }) };
    }
  }
}
