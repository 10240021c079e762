import { OtelWasmError, owned } from '../../abi';
import type { ConsumeOutcome, InstanceOptions, LoadedGuest, TimeLimit } from '../../guest';
import type { RunningInstance } from '../runningInstance';
import {
  type AnswerMessage,
  fromErrorMessage,
  type HostMessage,
  wholeBuffer,
  type WorkerMessage,
} from './messages';
import { GuestThread } from './thread';

/**
 * Runs a guest on a thread of its own. Returns at once; `started` tells how `start()` went. A call past
 * `guestTimeoutMillis`, or a start past `startTimeoutMillis`, is ended together with its thread (`GUEST_TIMEOUT`), and so is a
 * call whose thread ends under it (`WORKER_CRASHED`): none is left pending. The thread keeps the process alive only while
 * a call is pending.
 */
export function startWorker(guest: LoadedGuest, options: InstanceOptions): RunningInstance {
  return new WorkerInstance(guest, options);
}

type Answer = AnswerMessage | OtelWasmError;

class WorkerInstance implements RunningInstance {
  readonly started: Promise<void>;
  readonly #thread: GuestThread;
  #answered: ((answer: Answer) => void) | undefined;
  #callOff: () => void = () => undefined;
  #death: OtelWasmError | undefined;
  #memoryBytes = 0;

  constructor(guest: LoadedGuest, options: InstanceOptions) {
    this.#thread = new GuestThread(guest, options, undefined, message => this.#heard(message));
    void this.#thread.exited.then(why => this.#die(why));
    this.started = this.#start();
    this.started.catch(() => undefined);
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  async consume(bytes: Uint8Array): Promise<ConsumeOutcome> {
    const answer = await this.#ask({ kind: 'consume', bytes: wholeBuffer(bytes) });
    if (answer instanceof OtelWasmError) return { status: 'failed', error: answer };
    if (answer.kind !== 'consumed') return { status: 'failed', error: outOfTurn(answer) };
    this.#memoryBytes = answer.memoryBytes;
    const { outcome } = answer;
    if ('error' in outcome) return { status: outcome.status, error: fromErrorMessage(outcome.error) };
    return outcome.status === 'changed' ? { status: 'changed', ...owned(outcome.bytes) } : outcome;
  }

  async shutdown(): Promise<OtelWasmError | undefined> {
    const answer = await this.#ask({ kind: 'shutdown' });
    this.discard();
    if (answer instanceof OtelWasmError) return answer;
    return answer.kind === 'shut_down' && answer.error ? fromErrorMessage(answer.error) : undefined;
  }

  discard(): void {
    this.#die(new OtelWasmError('WORKER_CRASHED', "the guest's worker was discarded"));
  }

  async #start(): Promise<void> {
    const answer = await this.#ask(undefined);
    if (answer instanceof OtelWasmError) {
      if (answer.code !== 'GUEST_TIMEOUT') throw answer;
      throw new OtelWasmError('START_FAILED', `start(): ${answer.message}`, { cause: answer });
    }
    if (answer.kind === 'not_started') throw fromErrorMessage(answer.error);
    if (answer.kind !== 'started') throw outOfTurn(answer);
    this.#memoryBytes = answer.memoryBytes;
  }

  /** Posts `message`, or nothing to wait for the start, and waits for the answer or for the thread's end. */
  #ask(message: HostMessage | undefined): Promise<Answer> {
    if (this.#death !== undefined) return Promise.resolve(this.#death);
    const answer = new Promise<Answer>(resolve => (this.#answered = resolve));
    if (message === undefined) {
      this.#callOff = this.#thread.startUpDeadline(late => this.#die(late));
    } else {
      this.#limitCall('guestTimeoutMillis');
      this.#thread.post(message);
    }
    return this.#thread.holding(answer);
  }

  #limitCall(limit: TimeLimit): void {
    this.#callOff();
    this.#callOff = this.#thread.deadline(limit, late => this.#die(late));
  }

  #heard(message: WorkerMessage): void {
    switch (message.kind) {
      case 'starting':
        if (this.#death === undefined) this.#limitCall('startTimeoutMillis');
        break;
      case 'started':
      case 'not_started':
      case 'consumed':
      case 'shut_down':
        this.#settle(message);
    }
  }

  #settle(answer: Answer): void {
    this.#callOff();
    this.#answered?.(answer);
    this.#answered = undefined;
  }

  #die(error: OtelWasmError): void {
    if (this.#death !== undefined) return;
    this.#death = error;
    this.#settle(error);
    this.#thread.terminate();
  }
}

function outOfTurn({ kind }: AnswerMessage): OtelWasmError {
  return new OtelWasmError('WORKER_CRASHED', `the guest's worker answered "${kind}" out of turn`);
}
