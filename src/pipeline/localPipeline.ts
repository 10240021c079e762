// More than 250 lines: every path of an item through a pipeline updates the same private counters.
import { messageOf, OtelWasmError, type OtelWasmErrorCode, type OwnedBytes, type Signal } from '../abi';
import { countItems } from '../otlp';
import type { RunnerState } from '../runner';
import { type SendOutcome, SENT, type Sink } from '../sink';
import type { BurstLog } from './burstLog';
import { keepProcessAlive, withTimeout } from './withTimeout';
import { Coalescer, type CoalescerOptions } from './coalescer';
import type { Pipeline, PipelineBatch, PipelineOutcome } from './pipeline';
import type { Stage } from './stages';
import { type AdapterStats, Counts, sumGuests, worstState } from './stats';

export interface LocalPipelineOptions {
  readonly signal: Signal;
  readonly stages: readonly Stage[];
  readonly sink: Sink;
  /** The time limit for the next consumer per batch, and for each step of a shutdown. */
  readonly exportTimeoutMillis: number;
  readonly log: BurstLog;
  /** Joins small results of batches whose callers do not wait for them. Default: each result is sent at once. */
  readonly coalescing?: CoalescerOptions;
  readonly drops?: string;
}

/**
 * Bytes that the sink may have at once, or one larger batch alone. The bytes that wait for a guest are limited
 * elsewhere, and a guest can return many times as much.
 */
const MAX_SENDING_BYTES = 2 ** 26;

/** A pipeline on the thread that creates it. */
export class LocalPipeline implements Pipeline {
  readonly #options: LocalPipelineOptions;
  readonly #failed = new Counts();
  readonly #pending = new Set<Promise<unknown>>();
  readonly #coalescer: Coalescer | undefined;
  #itemsIn = 0;
  #itemsOut = 0;
  #itemsDropped = 0;
  #itemsAdded = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #sendingBytes = 0;
  #shutdown: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: LocalPipelineOptions) {
    this.#options = options;
    this.#coalescer =
      options.coalescing &&
      new Coalescer(
        options.coalescing,
        (batch, items) => this.#track(this.#deliver(batch, items)),
        error => options.log.warn(error.code, `waiting results are lost: ${error.message}`),
      );
  }

  get drops(): string | undefined {
    return this.#options.drops;
  }

  async ready(): Promise<void> {
    await Promise.all(this.#options.stages.map(({ runner }) => runner.ready()));
  }

  get state(): RunnerState {
    return worstState(this.#options.stages.map(({ runner }) => runner.state));
  }

  get stats(): AdapterStats {
    return {
      itemsIn: this.#itemsIn,
      itemsOut: this.#itemsOut,
      itemsDropped: this.#itemsDropped,
      itemsAdded: this.#itemsAdded,
      itemsFailed: this.#failed.snapshot,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      ...sumGuests(this.#options.stages.map(stage => stage.stats)),
    };
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  countLost(code: OtelWasmErrorCode, items: number, message: string): void {
    this.#itemsIn += items;
    this.#failed.add(code, items);
    this.#options.log.warn(code, `${items} items dropped: ${message}`);
  }

  countDropped(items: number): void {
    this.#itemsIn += items;
    this.#itemsDropped += items;
  }

  send(batch: PipelineBatch): Promise<PipelineOutcome> {
    return this.#track(this.#send(batch));
  }

  async forceFlush(): Promise<void> {
    const { sink, exportTimeoutMillis } = this.#options;
    const late = (): OtelWasmError => tookTooLong("the next consumer's flush", exportTimeoutMillis);
    const flush = async (): Promise<OtelWasmError | void> => {
      await Promise.allSettled(this.#pending);
      const refused = refusalOf(await this.#coalescer?.flush());
      // A held result may already be on its way, because another batch joined it or its time was up.
      await Promise.allSettled(this.#pending);
      const failed = await withTimeout<OtelWasmError | void>(exportTimeoutMillis, sink.forceFlush(), late, {
        awaited: true,
      });
      return refused ?? failed;
    };
    // Work in flight ends by itself, but the process must stay alive until then.
    const error = await keepProcessAlive(flush());
    if (error !== undefined) throw error;
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#runShutdown();
    return this.#shutdown;
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#pending.add(work);
    return work.finally(() => this.#pending.delete(work));
  }

  async #send(batch: PipelineBatch): Promise<PipelineOutcome> {
    const { signal, stages } = this.#options;
    let items: number;
    try {
      items = batch.items ?? countItems(signal, batch.bytes);
    } catch (error) {
      return this.#refuse(0, new OtelWasmError('DECODE', messageOf(error), { cause: error }));
    }
    this.#itemsIn += items;
    this.#bytesIn += batch.bytes.length;
    if (this.#shutdown !== undefined)
      return this.#refuse(items, new OtelWasmError('SHUTDOWN', 'the adapter is shut down'));

    const itemsBefore = items;
    let current: OwnedBytes = batch;
    let failure: OtelWasmError | undefined;
    let failedItems = 0;
    try {
      for (const stage of stages) {
        const { output, items: known, failed, error } = await stage.process(current.bytes, batch.indivisible);
        const left = output === undefined ? items : (known ?? countItems(signal, output.bytes));
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
        if (output !== undefined) {
          if (failed.size === 0) current.release();
          current = output;
        }
        if (items === 0) break;
      }
    } catch (cause) {
      return this.#refuse(items, new OtelWasmError('INTERNAL', messageOf(cause), { cause }));
    }
    batch.onDecided?.(items);
    const outcome = items === 0 ? SENT : await this.#forward(current, items, itemsBefore);
    if (outcome.status === 'refused') return { ...outcome, items: (outcome.items ?? items) + failedItems };
    if (failure === undefined) return outcome;
    return { status: 'failed', error: failure, items: failedItems };
  }

  #forward(batch: OwnedBytes, items: number, itemsBefore: number): Promise<SendOutcome> {
    return this.#coalescer?.add(batch, items, itemsBefore) ?? this.#deliver(batch, items);
  }

  async #deliver(batch: OwnedBytes, items: number): Promise<SendOutcome> {
    const { sink, exportTimeoutMillis, log } = this.#options;
    // The sink owns the batch from here on, and may release it before it returns.
    const { length } = batch.bytes;
    if (this.#sendingBytes > 0 && this.#sendingBytes + length > MAX_SENDING_BYTES) {
      batch.release();
      const message = `${this.#sendingBytes} bytes wait for the next consumer: at most ${MAX_SENDING_BYTES} are allowed`;
      return this.#refuse(items, new OtelWasmError('QUEUE_FULL', message));
    }
    this.#sendingBytes += length;
    const sent = sink.send(batch).finally(() => (this.#sendingBytes -= length));
    const outcome = await withTimeout<SendOutcome>(exportTimeoutMillis, sent, () => ({
      status: 'refused',
      error: tookTooLong('the next consumer', exportTimeoutMillis),
    }));
    const lost =
      outcome.status === 'refused' ? Math.min(outcome.items ?? items, items) : (outcome.lost?.items ?? 0);
    this.#itemsOut += items - lost;
    if (lost < items) this.#bytesOut += length;
    if (outcome.status === 'refused') return this.#refuse(lost, outcome.error);
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
    const coalesced = this.#coalescer?.close();
    await step('work in flight', () => Promise.allSettled(this.#pending));
    await step('the last batch', async () => refusalOf(await coalesced));
    for (const { runner } of stages) await step("the guest's shutdown", () => runner.shutdown());
    await step("the next consumer's shutdown", () => sink.shutdown());
    log.flush();
    this.#isClosed = true;
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
