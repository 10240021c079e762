import { messageOf, OtelWasmError, type OtelWasmErrorCode } from '../../abi';
import { MAX_MESSAGES_OF_ITEM } from '../../otlp';
import type { RunnerState } from '../../runner';
import type { BurstLog } from '../burstLog';
import { type AdapterStats, Counts, sumCounts } from '../stats';
import type { DirectStage, StageOutcome } from './directStage';

/**
 * The result of a chain for one item.
 *
 * | status | the item |
 * | --- | --- |
 * | `kept` | continues unchanged |
 * | `changed` | is now `value`, which the caller read from the guests' bytes |
 * | `dropped` | was dropped by a guest |
 * | `failed` | a guest failed on it, and `onError` is `drop` |
 */
export type DirectOutcome<T> =
  | { readonly status: 'kept' }
  | { readonly status: 'changed'; readonly value: T }
  | { readonly status: 'dropped' }
  | { readonly status: 'failed'; readonly error: OtelWasmError };

const KEPT: DirectOutcome<never> = { status: 'kept' };
const DROPPED: DirectOutcome<never> = { status: 'dropped' };

/**
 * Embedded messages of a result beyond those that fit into the item's own bytes, of two bytes each: decoded, one takes
 * hundreds of bytes, and they stay with the item.
 */
const MAX_ADDED_MESSAGES = 2 ** 10;

/** A chain of guests that are called directly with single items. Counts the outcome of each item. */
export class DirectGuests {
  readonly #stages: readonly DirectStage[];
  readonly #log: BurstLog;
  readonly #failed = new Counts();
  #itemsIn = 0;
  #itemsOut = 0;
  #itemsDropped = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #isClosed = false;

  constructor(stages: readonly DirectStage[], log: BurstLog) {
    this.#stages = stages;
    this.#log = log;
  }

  /** The drop conditions of the first guest, for `compileDrops`. {@link countDropped} counts the items they drop. */
  get drops(): string | undefined {
    return this.#stages[0]?.drops;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** `running` when every guest is running. */
  get state(): RunnerState {
    if (this.#isClosed) return 'stopped';
    return this.#stages.every(({ stats }) => stats.state === 'running') ? 'running' : 'restarting';
  }

  get stats(): AdapterStats {
    const guests = this.#stages.map(({ stats }) => stats);
    const sum = (of: 'calls' | 'restarts' | 'memoryBytes'): number =>
      guests.reduce((total, guest) => total + guest[of], 0);
    return {
      itemsIn: this.#itemsIn,
      itemsOut: this.#itemsOut,
      itemsDropped: this.#itemsDropped,
      itemsAdded: 0,
      itemsFailed: this.#failed.snapshot,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      calls: sum('calls'),
      errors: sumCounts(guests.map(({ errors }) => errors)),
      restarts: sum('restarts'),
      memoryBytes: sum('memoryBytes'),
      guests,
    };
  }

  /**
   * Passes one item through the guests. Never throws: bytes that `read` cannot read, or that have more than `maxMessages`
   * embedded messages, count as the guest's failure.
   */
  process<T>(bytes: Uint8Array, read: (bytes: Uint8Array, maxMessages: number) => T): DirectOutcome<T> {
    this.#itemsIn++;
    this.#bytesIn += bytes.length;
    let changed: Extract<StageOutcome, { status: 'changed' }> | undefined;
    for (const stage of this.#stages) {
      const outcome = stage.process(changed?.bytes ?? bytes);
      if (outcome.status === 'unchanged') continue;
      changed?.release();
      if (outcome.status === 'failed') return this.#fail(outcome.error);
      if (outcome.items === 0) {
        outcome.release();
        this.#itemsDropped++;
        return DROPPED;
      }
      changed = outcome;
    }
    const { length } = changed?.bytes ?? bytes;
    const maxMessages = Math.min(bytes.length / 2 + MAX_ADDED_MESSAGES, MAX_MESSAGES_OF_ITEM);
    let outcome: DirectOutcome<T> = KEPT;
    try {
      if (changed !== undefined) outcome = { status: 'changed', value: read(changed.bytes, maxMessages) };
    } catch (cause) {
      const message = `the guest returned bytes that are not OTLP: ${messageOf(cause)}`;
      this.#log.warn('GUEST_OUTPUT', message);
      return this.#fail(new OtelWasmError('GUEST_OUTPUT', message, { cause }));
    } finally {
      changed?.release();
    }
    this.#itemsOut++;
    this.#bytesOut += length;
    return outcome;
  }

  #fail(error: OtelWasmError): DirectOutcome<never> {
    this.#failed.add(error.code);
    return { status: 'failed', error };
  }

  /** Counts an item that the first guest would have dropped. */
  countDropped(): void {
    this.#itemsIn++;
    this.#itemsDropped++;
  }

  /** Counts and logs an item that never reached the guests. */
  countLost(code: OtelWasmErrorCode, message: string): void {
    this.#itemsIn++;
    this.#failed.add(code);
    this.#log.warn(code, message);
  }

  /** Runs each guest's `shutdown()`, once. Never throws. */
  shutdown(): void {
    if (this.#isClosed) return;
    for (const stage of this.#stages) stage.shutdown();
    this.#log.flush();
    this.#isClosed = true;
  }
}
