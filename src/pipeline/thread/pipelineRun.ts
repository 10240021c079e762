import { diag } from '@opentelemetry/api';
import { OtelWasmError } from '../../abi';
import { withoutThrowing } from '../../guest';
import { WorkerThread } from '../../runner';
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
  readonly patienceMillis: number;
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
  readonly #asked = new Map<number, (answer: PipelineAnswer | OtelWasmError) => void>();
  readonly #deciding = new Map<number, (itemsLeft: number) => void>();
  #end: (why: OtelWasmError) => void = () => undefined;
  #endedWith: OtelWasmError | undefined;
  #waiting: PipelineRequest[] | undefined = [];
  #lastId = 0;
  #watch: NodeJS.Timeout | undefined;
  #silentFor = 0;

  constructor(options: PipelineRunOptions) {
    this.#options = options;
    const { name, env } = options;
    this.ended = new Promise(resolve => (this.#end = resolve));
    this.#thread = new WorkerThread(
      { script: pipelineSource(), name, env, resourceLimits: RESOURCE_LIMITS },
      message => this.#heard(message),
    );
    void this.#thread.exited.then(why => this.end(why));
    void options.setup.then(setup => this.#setUp(setup));
    this.started = this.ask({ kind: 'ready' });
  }

  /** Resolves with the answer or an error. Keeps the app's process alive until then. */
  ask(
    question: PendingRequest,
    onDecided?: (itemsLeft: number) => void,
  ): Promise<PipelineAnswer | OtelWasmError> {
    if (this.#endedWith !== undefined) return Promise.resolve(this.#endedWith);
    const id = ++this.#lastId;
    const answer = new Promise<PipelineAnswer | OtelWasmError>(resolve => this.#asked.set(id, resolve));
    if (onDecided !== undefined) this.#deciding.set(id, onDecided);
    this.#post({ ...question, id });
    this.#watch ??= this.#watchThread();
    return this.#thread.keepAliveDuring(answer);
  }

  /** Ends the thread, whatever it is doing. */
  end(why: OtelWasmError): void {
    if (this.#endedWith !== undefined) return;
    this.#endedWith = why;
    clearInterval(this.#watch);
    this.#thread.terminate();
    this.#end(why);
    for (const resolve of this.#asked.values()) resolve(why);
    this.#asked.clear();
  }

  #setUp(setup: PipelineSetup): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const message of [{ kind: 'setup', setup } as const, ...waiting]) this.#post(message);
  }

  #post(message: PipelineRequest): void {
    if (this.#waiting !== undefined) this.#waiting.push(message);
    else this.#thread.post(message);
  }

  #heard(message: PipelineMessage): void {
    if (this.#endedWith !== undefined) return;
    this.#silentFor = 0;
    switch (message.kind) {
      case 'answer':
        this.#options.onReport(message.report);
        this.#asked.get(message.id)?.(message);
        this.#asked.delete(message.id);
        this.#deciding.delete(message.id);
        if (this.#asked.size === 0) this.#watch = void clearInterval(this.#watch);
        break;
      case 'decided':
        this.#deciding.get(message.id)?.(message.items);
        break;
      case 'counted':
        this.#options.onReport(message.report);
        break;
      case 'output':
        withoutThrowing(() => this.#options.onOutput(message));
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
  #watchThread(): NodeJS.Timeout {
    this.#silentFor = 0;
    const { patienceMillis } = this.#options;
    const look = (): void => {
      if (this.#silentFor++ === 0) return this.#post({ kind: 'ping' });
      setImmediate(() => {
        if (this.#silentFor < 2 || this.#asked.size === 0) return;
        this.end(
          new OtelWasmError('WORKER_CRASHED', `the guest's worker did not answer for ${patienceMillis} ms`),
        );
      });
    };
    return setInterval(look, patienceMillis / 2).unref();
  }
}
