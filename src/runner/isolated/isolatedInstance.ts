import { OtelWasmError, owned } from '../../abi';
import type { ConsumeOutcome, TimeLimit } from '../../guest';
import type { RunningInstance } from '../runningInstance';
import type { IsolatedGuest } from './isolatedGuest';
import { type AnswerMessage, fromErrorMessage, type HostMessage, type GuestMessage } from './messages';

type Answer = AnswerMessage | OtelWasmError;

/**
 * An instance in a separate thread or process. `started` is the result of `start()`. A call past
 * `guestTimeoutMillis`, or a start past `startTimeoutMillis`, ends the thread or process and fails with
 * `GUEST_TIMEOUT`. A call whose thread or process ends fails with `WORKER_CRASHED`. The app is kept alive only while
 * a call is pending.
 */
export class IsolatedInstance implements RunningInstance {
  readonly started: Promise<void>;
  readonly #guest: IsolatedGuest;
  #answered: ((answer: Answer) => void) | undefined;
  #clearDeadline: () => void = () => undefined;
  #death: OtelWasmError | undefined;
  #memoryBytes = 0;
  /** Only the first `starting` message counts: a process could repeat or delay it to postpone a deadline. */
  #isUp = false;

  /** `openGuest` starts the thread or process. Its listener receives the messages. */
  constructor(openGuest: (onMessage: (message: GuestMessage) => void) => IsolatedGuest) {
    this.#guest = openGuest(message => this.#onMessage(message));
    void this.#guest.exited.then(why => this.#die(why));
    this.started = this.#start();
    this.started.catch(() => undefined);
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  async consume(bytes: Uint8Array): Promise<ConsumeOutcome> {
    const answer = await this.#ask({ kind: 'consume', bytes });
    if (answer instanceof OtelWasmError) return { status: 'failed', error: answer };
    if (answer.kind !== 'consumed') return { status: 'failed', error: unexpected(answer) };
    this.#memoryBytes = answer.memoryBytes;
    const { outcome } = answer;
    if ('error' in outcome) return { status: outcome.status, error: fromErrorMessage(outcome.error) };
    return outcome.status === 'changed' ? { ...owned(outcome.bytes), ...outcome } : outcome;
  }

  async shutdown(): Promise<OtelWasmError | undefined> {
    const answer = await this.#ask({ kind: 'shutdown' });
    this.discard();
    if (answer instanceof OtelWasmError) return answer;
    releaseResult(answer);
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

  /** Posts `message`, or nothing to wait for the start. Waits for the answer or for the thread's end. */
  #ask(message: HostMessage | undefined): Promise<Answer> {
    if (this.#death !== undefined) return Promise.resolve(this.#death);
    const answer = new Promise<Answer>(resolve => (this.#answered = resolve));
    if (message === undefined) {
      this.#clearDeadline = this.#guest.startUpDeadline(late => this.#die(late));
    } else {
      this.#isUp = true;
      this.#limitCall('guestTimeoutMillis');
      this.#guest.post(message);
    }
    return this.#guest.keepAliveDuring(answer);
  }

  #limitCall(limit: TimeLimit): void {
    this.#clearDeadline();
    this.#clearDeadline = this.#guest.deadline(limit, late => this.#die(late));
  }

  #onMessage(message: GuestMessage): void {
    switch (message.kind) {
      case 'starting':
        if (this.#death === undefined && !this.#isUp) this.#limitCall('startTimeoutMillis');
        this.#isUp = true;
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
    if (this.#answered === undefined) releaseResult(answer);
    this.#answered?.(answer);
    this.#answered = undefined;
  }

  #die(error: OtelWasmError): void {
    if (this.#death !== undefined) return;
    this.#death = error;
    this.#resolveAnswer(error);
    this.#guest.terminate();
  }
}

function unexpected(answer: AnswerMessage): OtelWasmError {
  releaseResult(answer);
  return new OtelWasmError(
    'WORKER_CRASHED',
    `unexpected answer "${answer.kind}" from the guest's thread or process`,
  );
}

/** Releases an answer that no request waits for. */
function releaseResult(answer: Answer): void {
  if ('outcome' in answer && answer.outcome.status === 'changed') answer.outcome.release?.();
}
