import type { ReadableLogRecord, ReadableSpan, Resource } from '../../otel';
import { Writer } from '../wire';
import { type EncodedBatch, lease } from './encodeBuffer';
import { checkBatchSize, type Grouped, type OnLostItem, scopeOf, writeEncoded } from './encodeEnvelopes';
import { writeLogRecord } from './encodeLogs';
import { writeSpan } from './encodeTraces';

/** Consecutive items of one scope in the encoder's buffer, in bytes. */
interface Run extends Grouped {
  readonly start: number;
  end: number;
}

/**
 * Encodes the items of one batch a few at a time, as they arrive. So no turn of the event loop takes as long as a
 * batch, and no item is kept until its batch is full. {@link finish} assembles them by resource and scope.
 */
export class BatchEncoder<Item extends ReadableSpan | ReadableLogRecord> {
  readonly #writeItem: (writer: Writer, item: Item) => void;
  readonly #writer = new Writer();
  #runs: Run[] = [];
  #items = 0;

  private constructor(writeItem: (writer: Writer, item: Item) => void) {
    this.#writeItem = writeItem;
  }

  static forSpans(): BatchEncoder<ReadableSpan> {
    return new BatchEncoder(writeSpan);
  }

  static forLogRecords(): BatchEncoder<ReadableLogRecord> {
    return new BatchEncoder(writeLogRecord);
  }

  /** The number of encoded items. */
  get items(): number {
    return this.#items;
  }

  /** The resources of the items. {@link finish} reads their attributes. */
  get resources(): ReadonlySet<Resource> {
    return new Set(this.#runs.map(({ resource }) => resource));
  }

  /**
   * Encodes items. Must not be called from a getter of an item.
   * @param onLost called for each item that is left out because its own methods throw
   */
  add(items: readonly Item[], onLost: OnLostItem): void {
    const writer = this.#writer;
    for (const item of items) {
      const start = writer.position;
      try {
        const scope = scopeOf(item);
        this.#writeItem(writer, item);
        checkBatchSize(writer);
        this.#note(item.resource, scope, start);
      } catch (error) {
        writer.position = start;
        onLost(error);
      }
    }
  }

  /**
   * All added items as `TracesData` or `LogsData`, grouped by resource and scope in the order of their first item.
   * Afterwards the encoder is empty, even when a resource or a scope throws.
   */
  finish(): EncodedBatch {
    const { bytes } = this.#writer;
    try {
      return lease(writer => {
        const parts = this.#runs.map(run => ({ ...run, bytes: bytes.subarray(run.start, run.end) }));
        writeEncoded(writer, parts);
        return this.#items;
      });
    } finally {
      this.#writer.reset();
      this.#runs = [];
      this.#items = 0;
    }
  }

  #note(resource: Resource, instrumentationScope: Grouped['instrumentationScope'], start: number): void {
    this.#items++;
    const end = this.#writer.position;
    const last = this.#runs.at(-1);
    if (last?.resource === resource && last.instrumentationScope === instrumentationScope) last.end = end;
    else this.#runs.push({ resource, instrumentationScope, start, end });
  }
}
