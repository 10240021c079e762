import type { OtelWasmError } from '../../abi';
import { type InstanceOptions, type LoadedGuest, type TimeLimit, withoutThrowing } from '../../guest';
import {
  type CreditSetup,
  Deadlines,
  type IsolatedGuest,
  type HostMessage,
  type InstanceSetup,
  instanceSetup,
  type GuestMessage,
  wholeBuffer,
} from '../isolated';
import { LineCredit } from '../lineCredit';
import { WorkerThread } from '../workerThread';
import { workerSource } from './source';
import { type GuestToLoad, SharedGuest } from './sharedGuest';

/** A worker has only messages and host functions on its JavaScript heap. The guest's memory is outside of it. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };

/** `workerData`. Only a receiver has credits. */
export interface WorkerSetup extends InstanceSetup {
  readonly guest: LoadedGuest | GuestToLoad;
  readonly credits?: CreditSetup;
  /** Of a {@link LineCredit}. */
  readonly lines: SharedArrayBuffer;
}

/** The host's view of a worker thread with one instance of a guest. */
export class GuestThread implements IsolatedGuest {
  readonly #thread: WorkerThread<GuestMessage, HostMessage>;
  readonly #deadlines: Deadlines;

  /** `onMessage` receives every message except the guest's lines. */
  constructor(
    guest: SharedGuest | LoadedGuest,
    options: InstanceOptions,
    credits: CreditSetup | undefined,
    onMessage: (message: GuestMessage) => void,
  ) {
    const { log, output } = options;
    this.#deadlines = new Deadlines(options, "the guest's worker");
    const lines = new LineCredit();
    const workerData: WorkerSetup = {
      ...instanceSetup(options),
      guest: guest instanceof SharedGuest ? guest.guest : guest,
      credits,
      lines: lines.cells,
    };
    this.#thread = new WorkerThread(
      { script: workerSource(), name: `otelwasm:${guest.name}`, workerData, resourceLimits: RESOURCE_LIMITS },
      message => {
        // No caller catches exceptions of the app's logger.
        if (message.kind === 'log') withoutThrowing(() => log(message.level, message.text));
        else if (message.kind === 'output') {
          withoutThrowing(() => output?.[message.stream]?.(message.line));
          lines.release(message.line);
        } else if (message.kind === 'loaded') {
          if (guest instanceof SharedGuest) guest.loaded(message.guest);
        } else onMessage(message);
      },
    );
  }

  get exited(): Promise<OtelWasmError> {
    return this.#thread.exited;
  }

  post(message: HostMessage): void {
    this.#thread.post(
      message.kind === 'consume' ? { ...message, bytes: wholeBuffer(message.bytes) } : message,
    );
  }

  terminate(): void {
    this.#thread.terminate();
  }

  keepAliveDuring<T>(work: Promise<T>): Promise<T> {
    return this.#thread.keepAliveDuring(work);
  }

  deadline(limit: TimeLimit, late: (error: OtelWasmError) => void): () => void {
    return this.#deadlines.call(limit, late);
  }

  startUpDeadline(late: (error: OtelWasmError) => void): () => void {
    return this.#deadlines.startUp(late);
  }
}
