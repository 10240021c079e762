import { diag } from '@opentelemetry/api';
import { OtelWasmError } from '../../abi';
import { withoutThrowing } from '../../guest';
import { LineCredit, WorkerThread } from '../../runner';
import type { PipelineAnswer, PipelineRequest, Report, PipelineMessage, PipelineSetup } from './messages';
import { pipelineSource } from './source';

/**
 * Results, requests and batches that wait for the collector are outside of this heap; the objects around them are
 * not.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

/** A request that the host waits for. */
export type PendingRequest = WithoutId<Extract<PipelineRequest, { readonly id: number }>>;
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

export interface PipelineRunOptions {
  readonly setup: Promise<PipelineSetup>;
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  /** How long the thread may be silent while the host waits for it. Its guests are stopped long before. */
  readonly maxSilenceMillis: number;
  readonly onReport: (report: Report) => void;
  readonly onOutput: (message: Extract<PipelineMessage, { kind: 'output' }>) => void;
}

/**
 * One thread with a pipeline, from start to end. Every request gets an answer, at the latest when the thread ends.
 */
export class PipelineRun {
  /** Resolves when the guests have started, or with the reason why they have not. */
  readonly started: Promise<PipelineAnswer | OtelWasmError>;
  /** Resolves when no more requests are answered. */
  readonly ended: Promise<OtelWasmError>;
  readonly #options: PipelineRunOptions;
  readonly #thread: WorkerThread<PipelineMessage, PipelineRequest>;
  readonly #lines = new LineCredit();
  readonly #pending = new Map<number, (answer: PipelineAnswer | OtelWasmError) => void>();
  readonly #deciding = new Map<number, (itemsLeft: number) => void>();
  #end: (why: OtelWasmError) => void = () => undefined;
  #endedWith: OtelWasmError | undefined;
  #waiting: PipelineRequest[] | undefined = [];
  #lastId = 0;
  #watchdog: NodeJS.Timeout | undefined;
  #silentTicks = 0;

  constructor(options: PipelineRunOptions) {
    this.#options = options;
    const { name, env } = options;
    this.ended = new Promise(resolve => (this.#end = resolve));
    this.#thread = new WorkerThread(
      { script: pipelineSource(), name, env, resourceLimits: RESOURCE_LIMITS },
      message => this.#onMessage(message),
    );
    void this.#thread.exited.then(why => this.end(why));
    void options.setup.then(setup => this.#setUp(setup));
    this.started = this.ask({ kind: 'ready' });
  }

  /** Resolves with the answer or an error. Keeps the app's process alive until then. */
  ask(
    request: PendingRequest,
    onDecided?: (itemsLeft: number) => void,
  ): Promise<PipelineAnswer | OtelWasmError> {
    if (this.#endedWith !== undefined) return Promise.resolve(this.#endedWith);
    const id = ++this.#lastId;
    const answer = new Promise<PipelineAnswer | OtelWasmError>(resolve => this.#pending.set(id, resolve));
    if (onDecided !== undefined) this.#deciding.set(id, onDecided);
    this.#post({ ...request, id });
    this.#watchdog ??= this.#startWatchdog();
    return this.#thread.keepAliveDuring(answer);
  }

  /** Ends the thread, whatever it is doing. */
  end(why: OtelWasmError): void {
    if (this.#endedWith !== undefined) return;
    this.#endedWith = why;
    clearInterval(this.#watchdog);
    this.#thread.terminate();
    this.#end(why);
    for (const resolve of this.#pending.values()) resolve(why);
    this.#pending.clear();
  }

  #setUp(setup: PipelineSetup): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#post({ kind: 'setup', setup, lines: this.#lines.cells });
    for (const message of waiting) this.#post(message);
  }

  #post(message: PipelineRequest): void {
    if (this.#waiting !== undefined) this.#waiting.push(message);
    else this.#thread.post(message);
  }

  #onMessage(message: PipelineMessage): void {
    if (this.#endedWith !== undefined) return;
    this.#silentTicks = 0;
    switch (message.kind) {
      case 'answer':
        this.#options.onReport(message.report);
        this.#pending.get(message.id)?.(message);
        this.#pending.delete(message.id);
        this.#deciding.delete(message.id);
        if (this.#pending.size === 0) this.#watchdog = void clearInterval(this.#watchdog);
        break;
      case 'decided':
        this.#deciding.get(message.id)?.(message.items);
        break;
      case 'counted':
        this.#options.onReport(message.report);
        break;
      case 'output':
        withoutThrowing(() => this.#options.onOutput(message));
        this.#lines.release(message.line);
        break;
      case 'diag': {
        const [first, ...rest] = message.parts;
        withoutThrowing(() => diag[message.level](first, ...rest));
      }
    }
  }

  /**
   * A watchdog with two ticks. The first pings the thread. The second lets pending messages arrive, then ends a
   * silent thread.
   */
  #startWatchdog(): NodeJS.Timeout {
    this.#silentTicks = 0;
    const { maxSilenceMillis } = this.#options;
    const check = (): void => {
      if (this.#silentTicks++ === 0) return this.#post({ kind: 'ping' });
      setImmediate(() => {
        if (this.#silentTicks < 2 || this.#pending.size === 0) return;
        this.end(
          new OtelWasmError('WORKER_CRASHED', `the guest's worker did not answer for ${maxSilenceMillis} ms`),
        );
      });
    };
    return setInterval(check, maxSilenceMillis / 2).unref();
  }
}
