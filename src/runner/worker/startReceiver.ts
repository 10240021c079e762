import { setImmediate } from 'node:timers/promises';
import { OtelWasmError } from '../../abi';
import type { InstanceOptions, LoadedGuest } from '../../guest';
import type { ReceiverEnd, RunningReceiver } from '../runningReceiver';
import { Credits } from './credits';
import { fromErrorMessage, type GuestMessage } from '../isolated';
import { GuestThread } from './guestThread';
import type { SharedGuest } from './sharedGuest';

/** Limits on what a receiver has in flight: emitted, but not accepted by the next consumer yet. */
export interface CreditOptions {
  readonly maxInFlightBatches: number;
  readonly maxInFlightBytes: number;
}

/** Delivers a batch to the next consumer and takes ownership of the bytes. */
export type Deliver = (bytes: Uint8Array) => Promise<unknown>;

/**
 * Runs a receiver on a dedicated thread, which it blocks. `deliver` gets the emitted batches one at a time, in order.
 * The guest's credit for a batch returns when its promise settles. `startTimeoutMillis` limits the guest's `start()`.
 * The caller limits how long the receiver takes to end.
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
    this.#thread = new GuestThread(guest, options, this.#credits.setup, message => this.#receive(message));
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
    // Emitted batches may still be on their way to this thread. Only their credit shows it.
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

  #receive(message: GuestMessage): void {
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
      // Credit returns one turn of the event loop later: a flooding guest must leave time for the app's own events.
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
