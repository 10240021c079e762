import type { Signal } from '../../abi';
import type { GuestLogger } from '../../guest';
import type { CreditSetup } from '../isolated';

/**
 * The batches and bytes that a receiver may have in flight. They are in shared memory, because the receiver's thread
 * never returns to its event loop to get messages. Cells of an Int32Array:
 *
 * | cell | holds | written by |
 * | --- | --- | --- |
 * | `SHUTDOWN` | 1 once shutdown was requested; a sleeping guest waits on it | host |
 * | `CHANGES` | changes with each release and at shutdown; a guest without credit waits on it | host |
 * | `BATCHES` | batches emitted and not yet released | both, atomically |
 * | `BYTES` | the same in bytes | both, atomically |
 */
const SHUTDOWN = 0;
const CHANGES = 1;
const BATCHES = 2;
const BYTES = 3;
const CELLS = 4;

/** The bytes that one batch is charged. A batch larger than all credit is charged all of it, and so is sent alone. */
function charge(bytes: Uint8Array, maxBytes: number): number {
  return Math.min(bytes.byteLength, maxBytes);
}

/** The host's side: returns credit, and requests shutdown. */
export class Credits {
  readonly setup: CreditSetup;
  readonly #cells: Int32Array;

  constructor(maxBatches: number, maxBytes: number) {
    this.setup = { cells: new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT), maxBatches, maxBytes };
    this.#cells = new Int32Array(this.setup.cells);
  }

  /** Batches emitted and not yet released. */
  get inFlight(): number {
    return Atomics.load(this.#cells, BATCHES);
  }

  /** The next consumer has the batch: makes room for another one. */
  release(bytes: Uint8Array): void {
    Atomics.sub(this.#cells, BYTES, charge(bytes, this.setup.maxBytes));
    Atomics.sub(this.#cells, BATCHES, 1);
    this.#changed();
  }

  /** Sets the guest's shutdown flag and wakes it from sleep or from waiting for credit. */
  requestShutdown(): void {
    Atomics.store(this.#cells, SHUTDOWN, 1);
    Atomics.notify(this.#cells, SHUTDOWN);
    this.#changed();
  }

  #changed(): void {
    Atomics.add(this.#cells, CHANGES, 1);
    Atomics.notify(this.#cells, CHANGES);
  }
}

/** The host functions of a receiver's instance. */
export interface EmittingHost {
  readonly emit: (signal: Signal, bytes: Uint8Array) => void;
  readonly shutdownRequested: () => boolean;
  readonly sleep: (millis: number) => void;
}

/** The worker's side: takes credit, and blocks the guest while there is none. */
export class Emitter {
  readonly #cells: Int32Array;
  readonly #setup: CreditSetup;
  #overdrawn = false;

  constructor(setup: CreditSetup) {
    this.#setup = setup;
    this.#cells = new Int32Array(setup.cells);
  }

  /** Host functions that post what the guest emits for `signal`. Other signals have no destination. */
  hostSide(signal: Signal, log: GuestLogger, post: (bytes: Uint8Array) => void): EmittingHost {
    let hasWarned = false;
    return {
      emit: (of, bytes) => {
        if (of !== signal) {
          if (!hasWarned)
            log('warn', `the guest emitted ${of}, which a receiver of ${signal} cannot pass on`);
          hasWarned = true;
        } else if (bytes.length > 0) {
          this.#take(bytes);
          post(bytes);
        }
      },
      shutdownRequested: () => this.#shutdownRequested(),
      // After a shutdown request this returns at once, every time.
      sleep: millis => void Atomics.wait(this.#cells, SHUTDOWN, 0, millis),
    };
  }

  /**
   * Only this thread adds, so the counts can only shrink between the check and the addition. At shutdown, the first
   * batch without credit is sent anyway: the guest was blocked on it, and it must not be lost when the grace period
   * ends.
   */
  #take(bytes: Uint8Array): void {
    const { maxBatches, maxBytes } = this.#setup;
    const cost = charge(bytes, maxBytes);
    for (;;) {
      const seen = Atomics.load(this.#cells, CHANGES);
      const batches = Atomics.load(this.#cells, BATCHES);
      if (batches < maxBatches && Atomics.load(this.#cells, BYTES) + cost <= maxBytes) break;
      if (this.#shutdownRequested() && !this.#overdrawn) {
        this.#overdrawn = true;
        break;
      }
      Atomics.wait(this.#cells, CHANGES, seen);
    }
    Atomics.add(this.#cells, BATCHES, 1);
    Atomics.add(this.#cells, BYTES, cost);
  }

  #shutdownRequested(): boolean {
    return Atomics.load(this.#cells, SHUTDOWN) !== 0;
  }
}
