import { setImmediate } from 'node:timers/promises';
import { OtelWasmError } from '../../abi';
import type { InstanceOptions, LoadedGuest } from '../../guest';
import type { ReceiverEnd, RunningReceiver } from '../runningReceiver';
import { Credits } from './credits';
import { fromErrorMessage, type GuestMessage } from '../isolated';
import { GuestThread } from './guestThread';
import type { SharedGuest } from './sharedGuest';

/** How much a receiver may have in flight: emitted, and not yet with the next consumer. */
export interface CreditOptions {
  readonly maxInFlightBatches: number;
  readonly maxInFlightBytes: number;
}

/** Takes a batch on to the next consumer; the bytes are its own. */
export type Deliver = (bytes: Uint8Array) => Promise<unknown>;

/**
 * Runs a receiver on a dedicated thread, which it blocks. `deliver` is given what it emits, one batch after the other
 * in their order; the guest's credit for a batch comes back when its promise settles. `startTimeoutMillis` holds for the
 * guest's `start()`: how long it may take to end, the caller says.
 */
export function startReceiver(
  guest: SharedGuest | LoadedGuest,
  options: InstanceOptions & CreditOptions,
  deliver: Deliver,
): RunningReceiver {
  return new WorkerReceiver(guest, options, deliver);
}

class WorkerReceiver implements RunningReceiver {
  readonly started: Promise<void>;
  readonly ended: Promise<ReceiverEnd>;
  readonly #credits: Credits;
  readonly #thread: GuestThread;
  readonly #deliver: Deliver;
  #delivered: Promise<void> = Promise.resolve();
  #startFailed: (error: OtelWasmError) => void = () => undefined;
  #startSucceeded: () => void = () => undefined;
  #callOff: () => void;
  #end: ReceiverEnd | undefined;
  #memoryBytes = 0;
  #released = 0;
  #waiting: { readonly until: number; readonly resolve: () => void }[] = [];

  constructor(guest: SharedGuest | LoadedGuest, options: InstanceOptions & CreditOptions, deliver: Deliver) {
    this.#deliver = deliver;
    this.#credits = new Credits(options.maxInFlightBatches, options.maxInFlightBytes);
    this.#thread = new GuestThread(guest, options, this.#credits.setup, message => this.#heard(message));
    this.#callOff = this.#thread.startUpDeadline(late => this.terminate(late));
    this.started = this.#thread.keepAliveDuring(
      new Promise<void>((resolve, reject) => {
        this.#startSucceeded = resolve;
        this.#startFailed = reject;
      }),
    );
    this.started.catch(() => undefined);
    this.ended = this.#thread.exited.then(why => this.#ended(why));
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  async delivered(): Promise<void> {
    // What was emitted may still be on its way to this thread: nothing else tells but the credit it took.
    const all = this.#released + this.#credits.inFlight;
    const released = new Promise<void>(resolve => this.#waiting.push({ until: all, resolve }));
    this.#wake();
    await Promise.race([released, this.#thread.exited]);
    await this.#delivered;
  }

  requestShutdown(): void {
    this.#credits.requestShutdown();
    void this.#thread.keepAliveDuring(this.ended);
  }

  terminate(why: OtelWasmError): void {
    this.#end ??= { status: 'failed', error: why };
    this.#thread.terminate();
  }

  #ended(why: OtelWasmError): ReceiverEnd {
    const end = (this.#end ??= { status: 'failed', error: why });
    this.#callOff();
    this.#startFailed(end.error ?? why);
    return end;
  }

  #heard(message: GuestMessage): void {
    switch (message.kind) {
      case 'starting':
        this.#callOff();
        this.#callOff = this.#thread.deadline('startTimeoutMillis', late =>
          this.terminate(new OtelWasmError('START_FAILED', `start(): ${late.message}`, { cause: late })),
        );
        break;
      case 'started':
        this.#callOff();
        this.#memoryBytes = message.memoryBytes;
        this.#startSucceeded();
        break;
      case 'not_started':
        this.#end ??= { status: 'failed', error: fromErrorMessage(message.error) };
        break;
      case 'emitted':
        this.#memoryBytes = message.memoryBytes;
        this.#take(message.bytes);
        break;
      case 'returned':
        this.#end ??= endOf(message);
        break;
      case 'shut_down':
        if (message.error && this.#end?.status === 'returned')
          this.#end = { status: 'returned', error: this.#end.error ?? fromErrorMessage(message.error) };
    }
  }

  #take(bytes: Uint8Array): void {
    this.#delivered = this.#delivered
      .then(() => this.#deliver(bytes))
      .catch(() => undefined)
      // Credit comes back a turn of the event loop later: a guest that floods must leave room for the app's own events.
      .then(() => setImmediate())
      .then(() => {
        this.#credits.release(bytes);
        this.#released++;
        this.#wake();
      });
  }

  #wake(): void {
    for (const { until, resolve } of this.#waiting) if (this.#released >= until) resolve();
    this.#waiting = this.#waiting.filter(({ until }) => this.#released < until);
  }
}

function endOf({ error, reason }: Extract<GuestMessage, { kind: 'returned' }>): ReceiverEnd {
  if (error !== undefined) return { status: 'failed', error: fromErrorMessage(error) };
  if (reason === undefined) return { status: 'returned' };
  const message = `it returned with the status reason: ${reason}`;
  return { status: 'returned', error: new OtelWasmError('GUEST_STATUS', message) };
}
