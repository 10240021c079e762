import type { Signal } from '../../abi';
import type { GuestLogger } from '../../guest';
import type { CreditSetup } from '../isolated';

/**
 * What a receiver may have in flight, kept in shared memory, because its thread never comes back to its event loop to
 * be told. Cells of an Int32Array:
 *
 * | cell | holds | written by |
 * | --- | --- | --- |
 * | `SHUTDOWN` | 1 once shutdown was asked for; a guest sleeps on it | host |
 * | `CHANGES` | moves with each release and at shutdown; a guest without credit sleeps on it | host |
 * | `BATCHES` | batches emitted and not yet released | both, atomically |
 * | `BYTES` | the same in bytes | both, atomically |
 */
const SHUTDOWN = 0;
const CHANGES = 1;
const BATCHES = 2;
const BYTES = 3;
const CELLS = 4;

/** What one batch takes of the bytes. One larger than all credit takes all of it, and so goes alone. */
function charge(bytes: Uint8Array, maxBytes: number): number {
  return Math.min(bytes.byteLength, maxBytes);
}

/** The host's side: gives credit back, asks for shutdown. */
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

  /** The batch is with the next consumer: makes room for another one. */
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

/** What the instance's host functions of a receiver are. */
export interface EmittingHost {
  readonly emit: (signal: Signal, bytes: Uint8Array) => void;
  readonly shutdownRequested: () => boolean;
  readonly sleep: (millis: number) => void;
}

/** The worker's side: takes credit, and blocks the guest while none is left. */
export class Emitter {
  readonly #cells: Int32Array;
  readonly #setup: CreditSetup;
  #overdrawn = false;

  constructor(setup: CreditSetup) {
    this.#setup = setup;
    this.#cells = new Int32Array(setup.cells);
  }

  /** Host functions that post what the guest emits of `signal`; other signals have nowhere to go. */
  hostSide(signal: Signal, log: GuestLogger, post: (bytes: Uint8Array) => void): EmittingHost {
    let told = false;
    return {
      emit: (of, bytes) => {
        if (of !== signal) {
          if (!told) log('warn', `the guest emitted ${of}, which a receiver of ${signal} cannot pass on`);
          told = true;
        } else if (bytes.length > 0) {
          this.#take(bytes);
          post(bytes);
        }
      },
      shutdownRequested: () => this.#shutdownRequested(),
      // Returns at once, and for good, when shutdown is asked for.
      sleep: millis => void Atomics.wait(this.#cells, SHUTDOWN, 0, millis),
    };
  }

  /**
   * Only this thread adds, so the counts can only shrink between the check and the addition. At shutdown, the first batch
   * that finds no credit is sent anyway: the guest was blocked on it, and it must not be lost when the grace period ends.
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
