import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { messageOf, OtelWasmError, type OtelWasmErrorCode } from '../abi/errors';
import type { Signal } from '../abi/signal';
import type { ConsumeOutcome } from '../guest';
import { checkStructure, concatBytes, countItems, splitInTwo } from '../otlp';
import type { Runner } from '../runner';
import type { BurstLog } from './burstLog';
import { Counts, type GuestStats } from './stats';
import type { Telemetry } from './telemetry';

/** What happens to items that a guest failed on: lost (and counted), or handed on as they came. */
export type OnError = 'drop' | 'passthrough';

export interface StageOptions {
  readonly name: string;
  readonly signal: Signal;
  readonly onError: OnError;
  /** Checks that what the guest returned is well-formed OTLP before anybody else reads it. */
  readonly checkOutput: boolean;
  /** Bytes that may wait for the guest; a batch beyond is failed with `QUEUE_FULL`. */
  readonly maxPendingBytes: number;
  readonly log: BurstLog;
  /** Told how long each call took. */
  readonly recordCall: Telemetry['recordCall'];
}

/** What a stage made of a batch. */
export interface StageResult {
  /** What goes on; empty when nothing does. */
  readonly bytes: Uint8Array;
  /** Items lost because the guest failed on them, by reason. */
  readonly failed: ReadonlyMap<OtelWasmErrorCode, number>;
  /** The last failure, also when the items went on under `passthrough`. */
  readonly error?: OtelWasmError;
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly items: number;
  readonly done: boolean;
}

const EMPTY = new Uint8Array(0);

/** Failures after which a batch is worth another try on a new instance: they may be one item's doing. */
const KILLS: ReadonlySet<OtelWasmErrorCode> = new Set([
  'GUEST_TRAP',
  'GUEST_EXIT',
  'GUEST_TIMEOUT',
  'GUEST_OUTPUT',
  'MEMORY_LIMIT',
  'WORKER_CRASHED',
]);

/**
 * Instances that the search for a poisonous item may cost: in all, and before any piece of the batch went through (then
 * it is the guest that is broken, not an item). Few where each one blocks for the whole of `guestTimeoutMillis`.
 */
const TRAP_BUDGET = { kills: 64, killsWithoutSuccess: 8 };
const TIMEOUT_BUDGET = { kills: 16, killsWithoutSuccess: 4 };

/** A call that took longer may have blocked the event loop for as long. */
const LONG_CALL_MILLIS = 5;

/** One guest of a chain, with the policy for its failures. */
export class Stage {
  readonly #runner: Runner;
  readonly #options: StageOptions;
  readonly #errors = new Counts();
  #calls = 0;
  #pendingBytes = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #servedSinceFailure = true;
  /** The last search for a poisonous item found that the guest serves others: the next batch need not wait for it. */
  #provenWell = false;

  constructor(runner: Runner, options: StageOptions) {
    this.#runner = runner;
    this.#options = options;
  }

  get runner(): Runner {
    return this.#runner;
  }

  get stats(): GuestStats {
    const { state, restarts, memoryBytes } = this.#runner;
    return {
      name: this.#options.name,
      state,
      calls: this.#calls,
      errors: this.#errors.snapshot,
      restarts,
      memoryBytes,
    };
  }

  /** Puts a batch through the guest. One at a time, in order, so that the pieces of a batch stay together. Never rejects. */
  process(bytes: Uint8Array): Promise<StageResult> {
    const { maxPendingBytes } = this.#options;
    if (this.#pendingBytes > 0 && this.#pendingBytes + bytes.length > maxPendingBytes) {
      const error = new OtelWasmError(
        'QUEUE_FULL',
        `${this.#pendingBytes} bytes wait for the guest, maxPendingBytes is ${maxPendingBytes}`,
      );
      this.#errors.add(error.code);
      return Promise.resolve(this.#giveUp(bytes, countItems(this.#options.signal, bytes), error));
    }
    this.#pendingBytes += bytes.length;
    const result = this.#queue.then(() => this.#process(bytes));
    this.#queue = result.catch(() => undefined);
    return result.finally(() => (this.#pendingBytes -= bytes.length));
  }

  async #process(bytes: Uint8Array): Promise<StageResult> {
    const outcome = await this.#call(bytes, this.#provenWell);
    this.#provenWell = false;
    if (outcome.status === 'unchanged') return { bytes, failed: new Map() };
    if (outcome.status === 'changed') return { bytes: outcome.bytes, failed: new Map() };
    const items = countItems(this.#options.signal, bytes);
    const search = outcome.status === 'no_room' || this.#isWorthSearching(outcome.error);
    this.#servedSinceFailure &&= outcome.status !== 'failed';
    if (!search) return this.#giveUp(bytes, items, outcome.error);
    try {
      return await this.#divide(bytes, items, outcome.error);
    } catch (cause) {
      // Bytes that a guest before this one made can be too odd to be split.
      const error = new OtelWasmError('DECODE', `the batch cannot be split: ${messageOf(cause)}`, { cause });
      return this.#giveUp(bytes, items, error);
    }
  }

  /** A guest that failed on the batch before this one as well is not asked again and again. */
  #isWorthSearching({ code }: OtelWasmError): boolean {
    return KILLS.has(code) && this.#servedSinceFailure;
  }

  /**
   * The guest had no room for the batch, or died on it. Tries again, then halves of it, then halves of those, so that an
   * item that no instance survives is given up alone and its neighbours arrive. Pieces keep their order.
   */
  async #divide(bytes: Uint8Array, items: number, first: OtelWasmError): Promise<StageResult> {
    const { signal, maxPendingBytes } = this.#options;
    let budget = first.code === 'GUEST_TIMEOUT' ? TIMEOUT_BUDGET : TRAP_BUDGET;
    // Each half has the whole of the envelopes: large ones must not be copied for each of many items.
    const maxBytes = Math.max(maxPendingBytes, 2 * bytes.length);
    const failed = new Map<OtelWasmErrorCode, number>();
    const whole: Piece = { bytes, items, done: false };
    let kills = first.code === 'ALLOC_FAILED' ? 0 : 1;
    let successes = 0;
    let error = first;
    let exhausted = false;
    const halves = (piece: Piece): Piece[] =>
      splitInTwo(signal, piece.bytes).map(half => ({
        bytes: half,
        items: countItems(signal, half),
        done: false,
      }));
    // What did not fit is split at once; what killed the guest is tried once more as it is.
    let pieces = kills > 0 && first.code !== 'GUEST_TIMEOUT' ? [whole] : items > 1 ? halves(whole) : [whole];

    while (pieces.some(({ done }) => !done)) {
      const next: Piece[] = [];
      exhausted ||= pieces.reduce((sum, piece) => sum + piece.bytes.length, 0) > maxBytes;
      for (const piece of pieces) {
        if (piece.done) {
          next.push(piece);
          continue;
        }
        const outcome: ConsumeOutcome = exhausted
          ? { status: 'failed', error }
          : await this.#call(piece.bytes, true);
        if (outcome.status === 'unchanged' || outcome.status === 'changed') {
          successes++;
          next.push({
            ...piece,
            bytes: outcome.status === 'changed' ? outcome.bytes : piece.bytes,
            done: true,
          });
          continue;
        }
        error = outcome.error;
        if (error.code === 'GUEST_TIMEOUT') budget = TIMEOUT_BUDGET;
        const isKill = outcome.status === 'failed' || error.code === 'GUEST_OUTPUT';
        if (isKill && !exhausted) {
          kills++;
          exhausted =
            !KILLS.has(error.code) ||
            kills >= budget.kills ||
            (successes === 0 && kills >= budget.killsWithoutSuccess);
        }
        const isRefused = outcome.status === 'refused' && !isKill;
        if (!isRefused && !exhausted && piece.items > 1) next.push(...halves(piece));
        else
          next.push({
            bytes: this.#giveUp(piece.bytes, piece.items, error, failed).bytes,
            items: 0,
            done: true,
          });
      }
      pieces = next;
    }
    this.#servedSinceFailure = successes > 0;
    // After time-outs the backoff stands: searching anew in every batch would block the app without end.
    this.#provenWell = successes > 0 && budget !== TIMEOUT_BUDGET;
    return { bytes: concatBytes(pieces.map(piece => piece.bytes)), failed, error };
  }

  /** Items the guest failed on: `onError` decides. */
  #giveUp(
    bytes: Uint8Array,
    items: number,
    error: OtelWasmError,
    failed = new Map<OtelWasmErrorCode, number>(),
  ): StageResult {
    const { onError, log, name } = this.#options;
    const passes = onError === 'passthrough';
    log.warn(
      error.code,
      `${name}: ${items} items ${passes ? 'passed through' : 'dropped'}: ${error.message}`,
    );
    if (!passes) failed.set(error.code, (failed.get(error.code) ?? 0) + items);
    return { bytes: passes ? bytes : EMPTY, failed, error };
  }

  async #call(bytes: Uint8Array, insist: boolean): Promise<ConsumeOutcome> {
    const start = performance.now();
    const outcome = this.#checked(await this.#runner.consume(bytes, insist));
    const millis = performance.now() - start;
    const error = 'error' in outcome ? outcome.error.code : undefined;
    if (error !== undefined) this.#errors.add(error);
    else this.#servedSinceFailure = true;
    if (error !== 'GUEST_DOWN') {
      this.#calls++;
      this.#options.recordCall(this.#options.name, millis / 1_000, error);
    }
    // Promises alone would run call after call. A timer, as an immediate would come before the timers that are due.
    if (millis > LONG_CALL_MILLIS) await setTimeout(0);
    return outcome;
  }

  #checked(outcome: ConsumeOutcome): ConsumeOutcome {
    if (outcome.status !== 'changed') return outcome;
    try {
      // Without the envelopes nothing can be counted, so these are looked at even with `checkOutput: false`.
      checkStructure(this.#options.signal, outcome.bytes);
      return outcome;
    } catch (cause) {
      const message = `the guest returned bytes that are not OTLP: ${messageOf(cause)}`;
      return { status: 'refused', error: new OtelWasmError('GUEST_OUTPUT', message, { cause }) };
    }
  }
}
