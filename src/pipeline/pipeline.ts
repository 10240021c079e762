import { messageOf, OtelWasmError, type OtelWasmErrorCode, type Signal } from '../abi';
import { giveBack } from '../guest';
import { countItems, type Lease } from '../otlp';
import type { RunnerState } from '../runner';
import { type SendOutcome, SENT, type Sink } from '../sink';
import type { BurstLog } from './burstLog';
import { keepProcessAlive, withTimeout } from './withTimeout';
import { Coalescer, type CoalescerOptions } from './coalescer';
import type { Stage } from './stage';
import { type AdapterStats, Counts, sumCounts } from './stats';

export interface PipelineOptions {
  readonly signal: Signal;
  readonly stages: readonly Stage[];
  readonly sink: Sink;
  /** How long the next consumer may take for one batch, and a shutdown for each of its steps. */
  readonly exportTimeoutMillis: number;
  readonly log: BurstLog;
  /** For batches that nobody waits for: results that guests left small go on together. Default: each goes at once. */
  readonly gathering?: CoalescerOptions;
}

/** What else is known of bytes that our encoder wrote: their items, which are counted if not given, and who wants them back. */
export type BatchOrigin = Partial<Omit<Lease, 'bytes'>>;

/** What became of a batch: as the sink says it, or `items` lost to a guest's failure by `onError: 'drop'` (counted, logged). */
export type PipelineOutcome =
  SendOutcome | { readonly status: 'failed'; readonly error: OtelWasmError; readonly items: number };

/** Bytes → guest → guest → next consumer. Counts every item on its way. All adapters are thin shells around this. */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #failed = new Counts();
  readonly #pending = new Set<Promise<unknown>>();
  readonly #gathering: Coalescer | undefined;
  #itemsIn = 0;
  #itemsOut = 0;
  #itemsDropped = 0;
  #itemsAdded = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #shutdown: Promise<void> | undefined;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#gathering =
      options.gathering &&
      new Coalescer(
        options.gathering,
        (bytes, items) => this.#track(this.#deliver(bytes, items)),
        error => options.log.warn(error.code, `batches that were sent late are lost: ${error.message}`),
      );
  }

  /** Resolves when every guest has started; rejects with the reason of the first that cannot. */
  async ready(): Promise<void> {
    await Promise.all(this.#options.stages.map(({ runner }) => runner.ready()));
  }

  /** The state of the guest that is furthest from serving. */
  get state(): RunnerState {
    const states = this.#options.stages.map(({ runner }) => runner.state);
    const worstFirst: RunnerState[] = ['stopped', 'stopping', 'failed', 'restarting', 'starting'];
    return worstFirst.find(state => states.includes(state)) ?? 'running';
  }

  get stats(): AdapterStats {
    const guests = this.#options.stages.map(stage => stage.stats);
    const sum = (of: 'calls' | 'restarts' | 'memoryBytes'): number =>
      guests.reduce((total, guest) => total + guest[of], 0);
    return {
      itemsIn: this.#itemsIn,
      itemsOut: this.#itemsOut,
      itemsDropped: this.#itemsDropped,
      itemsAdded: this.#itemsAdded,
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

  /** Counts items that were lost before they became bytes. */
  countLost(code: OtelWasmErrorCode, items: number, message: string): void {
    this.#itemsIn += items;
    this.#failed.add(code, items);
    this.#options.log.warn(code, `${items} items dropped: ${message}`);
  }

  /** Puts a batch through the guests and sends what they return. Never rejects. */
  send(bytes: Uint8Array, origin: BatchOrigin = {}): Promise<PipelineOutcome> {
    return this.#track(this.#send(bytes, origin));
  }

  /** The same as a sink's answer: for another pipeline, from which the bytes flow on as they are. */
  async sendAsSink(bytes: Uint8Array): Promise<SendOutcome> {
    const outcome = await this.send(bytes);
    return outcome.status === 'failed' ? { ...outcome, status: 'refused' } : outcome;
  }

  /**
   * Resolves when all that was sent before is through, and the next consumer has flushed. Rejects with what that rejects
   * with, or with `EXPORT_TIMEOUT` when it takes longer than `exportTimeoutMillis`.
   */
  async forceFlush(): Promise<void> {
    const { sink, exportTimeoutMillis } = this.#options;
    const late = (): OtelWasmError => tookTooLong("the next consumer's flush", exportTimeoutMillis);
    const flush = async (): Promise<OtelWasmError | void> => {
      await Promise.allSettled(this.#pending);
      const refused = refusalOf(await this.#gathering?.flush());
      // What was held may be on its way already, with a batch that came meanwhile or as its time was up.
      await Promise.allSettled(this.#pending);
      const failed = await withTimeout<OtelWasmError | void>(exportTimeoutMillis, sink.forceFlush(), late, {
        awaited: true,
      });
      return refused ?? failed;
    };
    // What is in flight ends by itself, but the app that waits for it must not end before.
    const error = await keepProcessAlive(flush());
    if (error !== undefined) throw error;
  }

  /**
   * Waits for work in flight, then each guest's `shutdown()`, then the next consumer's; no step can keep the others from
   * being taken. The same promise each time. Rejects with the first error, after all of it.
   */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#runShutdown();
    return this.#shutdown;
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#pending.add(work);
    return work.finally(() => this.#pending.delete(work));
  }

  async #send(bytes: Uint8Array, origin: BatchOrigin): Promise<PipelineOutcome> {
    const { signal, stages } = this.#options;
    let items: number;
    try {
      items = origin.items ?? countItems(signal, bytes);
    } catch (error) {
      return this.#refuse(0, new OtelWasmError('DECODE', messageOf(error), { cause: error }));
    }
    this.#itemsIn += items;
    this.#bytesIn += bytes.length;
    if (this.#shutdown !== undefined)
      return this.#refuse(items, new OtelWasmError('SHUTDOWN', 'the adapter is shut down'));

    const itemsBefore = items;
    let current = bytes;
    let failure: OtelWasmError | undefined;
    let failedItems = 0;
    try {
      for (const stage of stages) {
        const { bytes: result, items: known, failed, error } = await stage.process(current);
        const left = result === current ? items : (known ?? countItems(signal, result));
        let lost = 0;
        for (const [code, count] of failed) {
          this.#failed.add(code, count);
          lost += count;
        }
        if (lost > 0) failure = error;
        failedItems += lost;
        const decided = items - lost - left;
        if (decided > 0) this.#itemsDropped += decided;
        else this.#itemsAdded -= decided;
        items = left;
        // What went in is the encoder's buffer or an earlier guest's result, and nobody looks at it now; to be careful, not
        // where the guest failed on a part.
        if (result.buffer !== current.buffer && failed.size === 0) {
          if (current === bytes) origin.release?.();
          giveBack(current);
        }
        current = result;
        if (items === 0) break;
      }
    } catch (cause) {
      return this.#refuse(items, new OtelWasmError('INTERNAL', messageOf(cause), { cause }));
    }
    const outcome = items === 0 ? SENT : await this.#handOn(current, items, itemsBefore);
    if (outcome.status === 'refused') return { ...outcome, items: (outcome.items ?? items) + failedItems };
    if (failure === undefined) return outcome;
    return { status: 'failed', error: failure, items: failedItems };
  }

  #handOn(bytes: Uint8Array, items: number, itemsBefore: number): Promise<SendOutcome> {
    return this.#gathering?.add(bytes, items, itemsBefore) ?? this.#deliver(bytes, items);
  }

  async #deliver(bytes: Uint8Array, items: number): Promise<SendOutcome> {
    const { sink, exportTimeoutMillis, log } = this.#options;
    const outcome = await withTimeout<SendOutcome>(exportTimeoutMillis, sink.send(bytes), () => ({
      status: 'refused',
      error: tookTooLong('the next consumer', exportTimeoutMillis),
    }));
    const lost =
      outcome.status === 'refused' ? Math.min(outcome.items ?? items, items) : (outcome.lost?.items ?? 0);
    this.#itemsOut += items - lost;
    if (lost < items) this.#bytesOut += bytes.length;
    if (outcome.status === 'refused') return this.#refuse(lost, outcome.error);
    if (sink.isWrittenOut?.()) giveBack(bytes);
    if (outcome.lost !== undefined) {
      this.#failed.add(outcome.lost.error.code, lost);
      log.warn(outcome.lost.error.code, `${lost} items dropped: ${outcome.lost.error.message}`);
    }
    return SENT;
  }

  #refuse(items: number, error: OtelWasmError): SendOutcome {
    this.#failed.add(error.code, items);
    return { status: 'refused', error, items };
  }

  async #runShutdown(): Promise<void> {
    const { stages, sink, exportTimeoutMillis, log } = this.#options;
    const errors: unknown[] = [];
    const step = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      try {
        const late = (): OtelWasmError => tookTooLong(what, exportTimeoutMillis);
        const result = await withTimeout(exportTimeoutMillis, work(), late, { awaited: true });
        if (result instanceof Error) errors.push(result);
      } catch (error) {
        errors.push(error);
      }
    };
    const gathered = this.#gathering?.close();
    await step('work in flight', () => Promise.allSettled(this.#pending));
    await step('the last batch', async () => refusalOf(await gathered));
    for (const { runner } of stages) await step("the guest's shutdown", () => runner.shutdown());
    await step("the next consumer's shutdown", () => sink.shutdown());
    log.flush();
    if (errors.length > 0) throw errors[0];
  }
}

function refusalOf(outcome: SendOutcome | undefined): OtelWasmError | undefined {
  return outcome?.status === 'refused' ? outcome.error : undefined;
}

function tookTooLong(what: string, exportTimeoutMillis: number): OtelWasmError {
  return new OtelWasmError(
    'EXPORT_TIMEOUT',
    `${what} took longer than exportTimeoutMillis (${exportTimeoutMillis})`,
  );
}
