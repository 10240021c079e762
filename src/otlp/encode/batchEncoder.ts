import type { ReadableLogRecord, ReadableSpan, Resource } from '../../otel';
import { Writer } from '../wire';
import { type EncodedBatch, lease } from './encodeBuffer';
import { checkBatchSize, type Grouped, type OnLostItem, scopeOf, writeEncoded } from './encodeEnvelopes';
import { writeLogRecord } from './encodeLogs';
import { writeSpan } from './encodeTraces';

/** Items of one scope that follow each other in the encoder's buffer, in bytes. */
interface Run extends Grouped {
  readonly start: number;
  end: number;
}

/**
 * Encodes the items of one batch a few at a time, as they come, so that no turn of the event loop is as long as a batch
 * and no item is kept for as long as its batch. {@link finish} puts them together by resource and scope.
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

  /** How many items are encoded. */
  get items(): number {
    return this.#items;
  }

  /** Their resources, which are read in {@link finish}. */
  get resources(): ReadonlySet<Resource> {
    return new Set(this.#runs.map(({ resource }) => resource));
  }

  /**
   * Encodes items. It may not be called from a getter of an item.
   * @param onLost called for each item that had to be left out, because its own methods throw
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
   * All items that were added, as `TracesData` or `LogsData`, grouped by resource and scope in the order of their first
   * item. Then the encoder is empty, also when a resource or a scope throws.
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
