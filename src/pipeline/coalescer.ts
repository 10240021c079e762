import type { OtelWasmError, OwnedBytes } from '../abi';
import { BufferPool } from '../guest';
import { type SendOutcome, SENT } from '../sink';

export interface CoalescerOptions {
  /**
   * Number of items in a full batch. Only results of full batches wait, and about this many items are sent together.
   */
  readonly items: number;
  /** Also holds the results of smaller batches, for batches that contain one trace. */
  readonly always?: boolean;
  /** The longest time that a result is held. */
  readonly delayMillis: number;
}

/** A joined batch may exceed `items` by an eighth, because results vary in size. */
const SPARE = 1.125;

/**
 * Limit of held bytes. A guest can return few items with many bytes, which no other limit covers until they are sent.
 */
const MAX_HELD_BYTES = 2 ** 22;

/**
 * Joins small results of guests, so that the next consumer gets fewer, fuller requests: a filter that drops half of
 * the items would otherwise send half-empty ones. Concatenated OTLP messages are one message.
 */
export class Coalescer {
  readonly #options: CoalescerOptions;
  readonly #send: (batch: OwnedBytes, items: number) => Promise<SendOutcome>;
  readonly #onLost: (error: OtelWasmError) => void;
  readonly #buffers = new BufferPool();
  #held: OwnedBytes[] = [];
  #items = 0;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** `onLost` is called when a result that was held is refused: its sender has returned by then. */
  constructor(
    options: CoalescerOptions,
    send: (batch: OwnedBytes, items: number) => Promise<SendOutcome>,
    onLost: (error: OtelWasmError) => void,
  ) {
    this.#options = options;
    this.#send = send;
    this.#onLost = onLost;
  }

  /**
   * Accepts the result of a batch that had `itemsBefore` items. It is held if that batch was full and another result
   * like it would still fit, in items and in bytes; the call then returns at once. Otherwise it is sent with all held
   * results.
   */
  async add(batch: OwnedBytes, items: number, itemsBefore: number): Promise<SendOutcome> {
    this.#held.push(batch);
    this.#items += items;
    this.#bytes += batch.bytes.length;
    const isFull = this.#options.always === true || itemsBefore >= this.#options.items;
    const hasRoom =
      this.#items + items <= SPARE * this.#options.items &&
      this.#bytes + batch.bytes.length <= MAX_HELD_BYTES;
    if (this.#closed || !isFull || !hasRoom) return this.flush();
    this.#timer ??= setTimeout(() => void this.#flushLate(), this.#options.delayMillis).unref();
    return SENT;
  }

  /** Sends the held results. */
  async flush(): Promise<SendOutcome> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#held.length === 0) return SENT;
    const [held, items] = [this.#held, this.#items];
    this.#held = [];
    this.#items = 0;
    this.#bytes = 0;
    if (held.length === 1) return this.#send(held[0], items);
    const together = this.#buffers.copy(...held.map(({ bytes }) => bytes));
    for (const batch of held) batch.release();
    return this.#send(together, items);
  }

  /** Sends the held results. From now on results are sent at once, because no caller may wait for them. */
  close(): Promise<SendOutcome> {
    this.#closed = true;
    return this.flush();
  }

  async #flushLate(): Promise<void> {
    const outcome = await this.flush();
    if (outcome.status === 'refused') this.#onLost(outcome.error);
  }
}
