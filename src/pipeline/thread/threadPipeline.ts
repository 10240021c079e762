import { performance } from 'node:perf_hooks';
import { messageOf, OtelWasmError, type OtelWasmErrorCode, type Signal } from '../../abi';
import type { GuestOutput } from '../../guest';
import { countItems } from '../../otlp';
import { Backoff, fromErrorMessage, type RunnerState } from '../../runner';
import type { BurstLog } from '../burstLog';
import type { Pipeline, PipelineBatch, PipelineOutcome } from '../pipeline';
import { type AdapterStats, Counts, sumCounts } from '../stats';
import type { SelfTelemetry } from '../selfTelemetry';
import type { PipelineOutcomeMessage, Report, PipelineSetup } from './messages';
import { PipelineRun } from './pipelineRun';
import { SharedBuffers } from './sharedBuffers';
import { addStats, itemsSettled, noStats } from './totals';

export interface ThreadPipelineOptions {
  readonly signal: Signal;
  readonly name: string;
  readonly guestNames: readonly string[];
  readonly setup: Promise<PipelineSetup>;
  readonly env: NodeJS.ProcessEnv;
  readonly log: BurstLog;
  readonly outputs: readonly GuestOutput[];
  /** Bytes that the thread may have at once. A batch beyond this is lost (`QUEUE_FULL`). */
  readonly maxPendingBytes: number;
  readonly maxSilenceMillis: number;
  readonly recordCall?: SelfTelemetry['recordCall'];
  readonly drops?: string;
}

/**
 * A pipeline on a separate thread, including the next consumer. This side passes batches in shared memory and
 * receives counts. If the thread ends, the items that it had not reported as sent, dropped or failed count as lost
 * (`WORKER_CRASHED`). The balance equation of {@link AdapterStats} gives their number. The next batch after a backoff
 * starts another thread.
 */
export class ThreadPipeline implements Pipeline {
  readonly #options: ThreadPipelineOptions;
  readonly #buffers = new SharedBuffers();
  readonly #backoff = new Backoff();
  readonly #ready: Promise<void>;
  readonly #lost = new Counts();
  #itemsIn = 0;
  #bytesIn = 0;
  #itemsDropped = 0;
  #pendingBytes = 0;
  /** The totals of all runs that have ended. */
  #before: AdapterStats;
  #report: Report;
  #run: PipelineRun | undefined;
  #runSinceMillis = 0;
  #itemsOfRun = 0;
  #shutdown: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: ThreadPipelineOptions) {
    this.#options = options;
    this.#before = noStats(options.guestNames, 'starting');
    this.#report = this.#emptyReport('starting');
    this.#ready = this.#start().started.then(throwError);
    this.#ready.catch(() => undefined);
  }

  get state(): RunnerState {
    if (this.#shutdown === undefined) return this.#report.state;
    return this.#isClosed ? 'stopped' : 'stopping';
  }

  get stats(): AdapterStats {
    const thread = addStats(this.#before, this.#report.stats);
    const itemsFailed = sumCounts([thread.itemsFailed, this.#lost.snapshot]);
    const itemsDropped = thread.itemsDropped + this.#itemsDropped;
    return { ...thread, itemsFailed, itemsDropped, itemsIn: this.#itemsIn, bytesIn: this.#bytesIn };
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get drops(): string | undefined {
    return this.#options.drops;
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  countLost(code: OtelWasmErrorCode, items: number, message: string): void {
    this.#itemsIn += items;
    this.#lost.add(code, items);
    this.#options.log.warn(code, `${items} items dropped: ${message}`);
  }

  countDropped(items: number): void {
    this.#itemsIn += items;
    this.#itemsDropped += items;
  }

  async send(batch: PipelineBatch): Promise<PipelineOutcome> {
    const { bytes } = batch;
    let items: number;
    try {
      items = batch.items ?? countItems(this.#options.signal, bytes);
    } catch (error) {
      return this.#refuse(0, new OtelWasmError('DECODE', messageOf(error), { cause: error }));
    }
    this.#itemsIn += items;
    this.#bytesIn += bytes.length;
    const run = this.#runFor(bytes.length);
    if (run instanceof OtelWasmError) return this.#refuse(items, run);
    const { length } = bytes;
    const buffer = this.#buffers.copy(bytes);
    batch.release();
    this.#pendingBytes += length;
    this.#itemsOfRun += items;
    const answer = await run.ask(
      {
        kind: 'batch',
        buffer,
        length,
        items,
        indivisible: batch.indivisible === true,
        reportsDecision: batch.onDecided !== undefined,
      },
      batch.onDecided,
    );
    this.#pendingBytes -= length;
    // Counted already, with everything else that the thread had.
    if (answer instanceof OtelWasmError) return { status: 'refused', error: answer, items };
    this.#buffers.release(buffer);
    return outcomeOf(answer.outcome);
  }

  async forceFlush(): Promise<void> {
    if (this.#run !== undefined) throwError(await this.#run.ask({ kind: 'flush' }));
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#runShutdown();
    return this.#shutdown;
  }

  async #runShutdown(): Promise<void> {
    const run = this.#run;
    try {
      if (run !== undefined) throwError(await run.ask({ kind: 'shutdown' }));
    } finally {
      const why = new OtelWasmError('SHUTDOWN', 'the adapter is shut down');
      if (this.#run !== undefined) this.#countUnreported(why);
      run?.end(why);
      this.#options.log.flush();
      this.#isClosed = true;
    }
  }

  /** The thread that accepts this many bytes, or the error if there is none. */
  #runFor(bytes: number): PipelineRun | OtelWasmError {
    const { maxPendingBytes } = this.#options;
    if (this.#shutdown !== undefined) return new OtelWasmError('SHUTDOWN', 'the adapter is shut down');
    if (this.#pendingBytes > 0 && this.#pendingBytes + bytes > maxPendingBytes) {
      return new OtelWasmError('QUEUE_FULL', `${this.#pendingBytes} bytes wait in the guest's worker`);
    }
    if (this.#run !== undefined) return this.#run;
    const down = this.#backoff.error;
    if (down !== undefined) return down;
    try {
      return this.#start();
    } catch (error) {
      return error as OtelWasmError;
    }
  }

  #start(): PipelineRun {
    const { outputs, recordCall } = this.#options;
    const run = new PipelineRun({
      ...this.#options,
      onOutput: ({ guest, stream, line }) => outputs[guest]?.[stream]?.(line),
      onReport: report => {
        this.#report = report;
        for (const call of report.calls) recordCall?.(...call);
      },
    });
    this.#run = run;
    this.#runSinceMillis = performance.now();
    void run.ended.then(why => this.#ended(run, why));
    return run;
  }

  #ended(run: PipelineRun, why: OtelWasmError): void {
    if (this.#run !== run) return;
    this.#countUnreported(why);
    this.#before = addStats(this.#before, this.#report.stats, 1);
    this.#report = this.#emptyReport('restarting');
    this.#backoff.begin(why, this.#runSinceMillis);
  }

  /** The thread has ended. Items that it received and did not report are lost. */
  #countUnreported(why: OtelWasmError): void {
    const lost = this.#itemsOfRun - itemsSettled(this.#report.stats);
    this.#run = undefined;
    this.#itemsOfRun = 0;
    this.#lost.add(why.code, lost);
    if (lost > 0) this.#options.log.warn(why.code, `${lost} items dropped: ${why.message}`);
  }

  #emptyReport(state: RunnerState): Report {
    return { state, stats: noStats(this.#options.guestNames, state), calls: [] };
  }

  #refuse(items: number, error: OtelWasmError): PipelineOutcome {
    this.#lost.add(error.code, items);
    return { status: 'refused', error, items };
  }
}

function outcomeOf(outcome: PipelineOutcomeMessage = { status: 'sent' }): PipelineOutcome {
  return outcome.status === 'sent' ? outcome : { ...outcome, error: fromErrorMessage(outcome.error) };
}

function throwError(answer: Awaited<PipelineRun['started']>): void {
  if (answer instanceof OtelWasmError) throw answer;
  if (answer.error !== undefined) throw fromErrorMessage(answer.error);
}
