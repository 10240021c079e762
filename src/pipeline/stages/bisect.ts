import { OtelWasmError, type OtelWasmErrorCode, owned, type OwnedBytes, type Signal } from '../../abi';
import type { ConsumeOutcome } from '../../guest';
import { concatInTurns, countItems, splitInTurns } from '../../otlp';

/** What bisection needs from the stage whose guest failed on a batch. */
export interface BisectHost {
  readonly signal: Signal;
  /**
   * Limit of the bytes of all pieces together, and of the results. Each half contains all envelopes, which may be
   * large, and a guest may return more than it got.
   */
  readonly maxBytes: number;
  /** Passes a piece to the guest, to a new instance if the last one died. */
  call(bytes: Uint8Array): Promise<ConsumeOutcome>;
  /** Applies `onError` to items that the guest failed on. Returns those that continue. */
  applyOnError(bytes: Uint8Array, items: number, error: OtelWasmError): Uint8Array;
}

export interface BisectResult {
  /** The bytes that continue, in the batch's order. */
  readonly output: OwnedBytes;
  readonly lastError: OtelWasmError;
  /** Some piece succeeded: an item failed, not the guest. */
  readonly guestWorks: boolean;
  readonly timedOut: boolean;
}

/**
 * Failures that a single item may have caused: the stage retries the batch, then bisects it. Some of them leave the
 * instance alive.
 */
export const BISECTABLE_CODES: ReadonlySet<OtelWasmErrorCode> = new Set([
  'GUEST_TRAP',
  'GUEST_EXIT',
  'GUEST_TIMEOUT',
  'GUEST_OUTPUT',
  'MEMORY_LIMIT',
  'WORKER_CRASHED',
]);

/**
 * Instances that a bisection may cost: in total, and before any piece of the batch succeeds (until then the guest
 * itself may be broken). The budget for timeouts is smaller, because each one blocks for the whole
 * `guestTimeoutMillis`.
 */
const TRAP_BUDGET = { kills: 64, killsWithoutSuccess: 8 };
const TIMEOUT_BUDGET = { kills: 16, killsWithoutSuccess: 4 };

/** A part of the batch or, once done, the guest's result for it. */
interface Piece extends OwnedBytes {
  readonly items: number;
  readonly done: boolean;
}

/**
 * Retries a batch that the guest had no room for or died on, then halves of it, then halves of those. This isolates
 * an item that kills every instance, and the other items arrive. Pieces keep their order.
 */
export async function bisect(
  host: BisectHost,
  bytes: Uint8Array,
  items: number,
  first: OtelWasmError,
): Promise<BisectResult> {
  return new Bisection(host, first).run({ ...owned(bytes), items, done: false });
}

class Bisection {
  readonly #host: BisectHost;
  #lastError: OtelWasmError;
  #kills: number;
  #successes = 0;
  #resultBytes = 0;
  #timedOut: boolean;
  #exhausted = false;

  constructor(host: BisectHost, first: OtelWasmError) {
    this.#host = host;
    this.#lastError = first;
    this.#kills = BISECTABLE_CODES.has(first.code) ? 1 : 0;
    this.#timedOut = first.code === 'GUEST_TIMEOUT';
  }

  async run(batch: Piece): Promise<BisectResult> {
    // A batch that did not fit or took too long is split at once. One that killed the guest is retried unchanged.
    const retry = this.#kills > 0 && !this.#timedOut;
    let pieces = retry || batch.items < 2 ? [batch] : await this.#halves(batch);
    while (pieces.some(({ done }) => !done)) {
      this.#exhausted ||= pieces.reduce((sum, piece) => sum + piece.bytes.length, 0) > this.#host.maxBytes;
      const next: Piece[] = [];
      for (const piece of pieces) next.push(...(piece.done ? [piece] : await this.#attempt(piece)));
      pieces = next;
    }
    return {
      output: await joined(pieces.filter(({ bytes }) => bytes.length > 0)),
      lastError: this.#lastError,
      guestWorks: this.#successes > 0,
      timedOut: this.#timedOut,
    };
  }

  /**
   * Tries a piece. Returns it as done, with the guest's result or what `onError` leaves of it, or returns two halves
   * to try.
   */
  async #attempt(piece: Piece): Promise<Piece[]> {
    if (this.#exhausted) return [this.#failed(piece)];
    const outcome = await this.#host.call(piece.bytes);
    if (outcome.status === 'unchanged' || outcome.status === 'changed') {
      const result = outcome.status === 'changed' ? outcome : piece;
      this.#resultBytes += result.bytes.length;
      if (this.#resultBytes > this.#host.maxBytes) {
        result.release();
        return [this.#resultsTooLarge(piece)];
      }
      this.#successes++;
      return [{ ...piece, bytes: result.bytes, release: result.release, done: true }];
    }
    this.#lastError = outcome.error;
    const killed = outcome.status === 'failed' || outcome.error.code === 'GUEST_OUTPUT';
    if (killed) this.#count(outcome.error);
    const divisible = piece.items > 1 && !this.#exhausted && (killed || outcome.status === 'no_room');
    return divisible ? this.#halves(piece) : [this.#failed(piece)];
  }

  /** The results are too large: fails this piece and tries no further one. */
  #resultsTooLarge(piece: Piece): Piece {
    this.#exhausted = true;
    this.#lastError = new OtelWasmError(
      'GUEST_OUTPUT',
      `the guest's results for parts of a batch have more than ${this.#host.maxBytes} bytes together`,
    );
    return this.#failed(piece);
  }

  #count({ code }: OtelWasmError): void {
    this.#kills++;
    this.#timedOut ||= code === 'GUEST_TIMEOUT';
    const budget = this.#timedOut ? TIMEOUT_BUDGET : TRAP_BUDGET;
    this.#exhausted =
      !BISECTABLE_CODES.has(code) ||
      this.#kills >= budget.kills ||
      (this.#successes === 0 && this.#kills >= budget.killsWithoutSuccess);
  }

  async #halves({ bytes, items }: Piece): Promise<Piece[]> {
    const { signal, maxBytes } = this.#host;
    return (await splitInTurns(signal, bytes, items, maxBytes)).map(half => ({
      ...owned(half),
      items: countItems(signal, half),
      done: false,
    }));
  }

  #failed({ bytes, items }: Piece): Piece {
    return { ...owned(this.#host.applyOnError(bytes, items, this.#lastError)), items: 0, done: true };
  }
}

/** A single piece is not copied. */
async function joined(pieces: readonly Piece[]): Promise<OwnedBytes> {
  if (pieces.length === 1) return pieces[0];
  const bytes = await concatInTurns(pieces.map(piece => piece.bytes));
  for (const piece of pieces) piece.release();
  return owned(bytes);
}
