import { OtelWasmError, owned } from '../../abi';
import type { ConsumeOutcome, TimeLimit } from '../../guest';
import type { RunningInstance } from '../runningInstance';
import type { GuestPlace } from './guestPlace';
import {
  type AnswerMessage,
  fromErrorMessage,
  type HostMessage,
  wholeBuffer,
  type WorkerMessage,
} from './messages';

type Answer = AnswerMessage | OtelWasmError;

/**
 * An instance in a separate thread or process. `started` tells how `start()` went. A call past `guestTimeoutMillis`, or
 * a start past `startTimeoutMillis`, is ended together with its place (`GUEST_TIMEOUT`), and so is a call whose place
 * ends under it (`WORKER_CRASHED`): none is left pending. The app is kept alive only while a call is pending.
 */
export class IsolatedInstance implements RunningInstance {
  readonly started: Promise<void>;
  readonly #place: GuestPlace;
  #answered: ((answer: Answer) => void) | undefined;
  #clearDeadline: () => void = () => undefined;
  #death: OtelWasmError | undefined;
  #memoryBytes = 0;
  #isStarting = false;

  /** `openPlace` starts the thread or process, which tells its listener what it posts. */
  constructor(openPlace: (onMessage: (message: WorkerMessage) => void) => GuestPlace) {
    this.#place = openPlace(message => this.#onMessage(message));
    void this.#place.exited.then(why => this.#die(why));
    this.started = this.#start();
    this.started.catch(() => undefined);
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  async consume(bytes: Uint8Array): Promise<ConsumeOutcome> {
    const answer = await this.#ask({ kind: 'consume', bytes: wholeBuffer(bytes) });
    if (answer instanceof OtelWasmError) return { status: 'failed', error: answer };
    if (answer.kind !== 'consumed') return { status: 'failed', error: unexpected(answer) };
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
    this.#die(new OtelWasmError('WORKER_CRASHED', 'the guest was discarded'));
  }

  async #start(): Promise<void> {
    const answer = await this.#ask(undefined);
    if (answer instanceof OtelWasmError) {
      if (answer.code !== 'GUEST_TIMEOUT') throw answer;
      throw new OtelWasmError('START_FAILED', `start(): ${answer.message}`, { cause: answer });
    }
    if (answer.kind === 'not_started') throw fromErrorMessage(answer.error);
    if (answer.kind !== 'started') throw unexpected(answer);
    this.#memoryBytes = answer.memoryBytes;
  }

  /** Posts `message`, or nothing to wait for the start, and waits for the answer or for the thread's end. */
  #ask(message: HostMessage | undefined): Promise<Answer> {
    if (this.#death !== undefined) return Promise.resolve(this.#death);
    const answer = new Promise<Answer>(resolve => (this.#answered = resolve));
    if (message === undefined) {
      this.#clearDeadline = this.#place.startUpDeadline(late => this.#die(late));
    } else {
      this.#limitCall('guestTimeoutMillis');
      this.#place.post(message);
    }
    return this.#place.holding(answer);
  }

  #limitCall(limit: TimeLimit): void {
    this.#clearDeadline();
    this.#clearDeadline = this.#place.deadline(limit, late => this.#die(late));
  }

  #onMessage(message: WorkerMessage): void {
    switch (message.kind) {
      case 'starting':
        // Once: a place that repeats it would put off its deadline for ever.
        if (this.#death === undefined && !this.#isStarting) this.#limitCall('startTimeoutMillis');
        this.#isStarting = true;
        break;
      case 'started':
      case 'not_started':
      case 'consumed':
      case 'shut_down':
        this.#resolveAnswer(message);
    }
  }

  #resolveAnswer(answer: Answer): void {
    this.#clearDeadline();
    this.#answered?.(answer);
    this.#answered = undefined;
  }

  #die(error: OtelWasmError): void {
    if (this.#death !== undefined) return;
    this.#death = error;
    this.#resolveAnswer(error);
    this.#place.terminate();
  }
}

function unexpected({ kind }: AnswerMessage): OtelWasmError {
  return new OtelWasmError('WORKER_CRASHED', `the guest's place answered "${kind}" out of turn`);
}
