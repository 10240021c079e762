import { OtelWasmError, type Signal } from '../../abi';
import { concatBytes } from './concatBytes';
import { countIn, countItems, ITEM_LEVELS, leadsToItems, type Level } from './items';
import { Reader, varintSize } from '../wire';

/** One half while it is put together: pieces of the input, those that lie side by side as one. */
class Half {
  readonly pieces: Uint8Array[] = [];
  size = 0;
  private start = 0;
  private end = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** Adds a range of the input. */
  add(start: number, end: number): void {
    this.size += end - start;
    if (start !== this.end) {
      this.flush();
      this.start = start;
    }
    this.end = end;
  }

  /** Adds the field `tag` with another half as its content. */
  embed(tag: number, content: Half): void {
    this.flush();
    content.flush();
    const header = [varintOf(tag), varintOf(content.size)];
    for (const pieces of [header, content.pieces]) {
      for (const piece of pieces) this.pieces.push(piece);
    }
    this.size += header[0].length + header[1].length + content.size;
  }

  flush(): void {
    if (this.end > this.start) this.pieces.push(this.bytes.subarray(this.start, this.end));
    this.start = this.end = 0;
  }

  toBytes(): Uint8Array {
    this.flush();
    return concatBytes(this.pieces);
  }
}

/**
 * Splits a payload in two without decoding it: the first half of the items, rounded up, and the rest. Items are spans,
 * log records or metric data points, so that one metric of many points can be split too.
 *
 * What surrounds the items is copied into both halves if both have items of it: the resource and scope envelopes with
 * their schema URLs and unknown fields, and of a metric everything but its points. What holds no items stays whole, in
 * one half. Decoding both halves gives what decoding the whole gives, in the same order.
 * @returns two payloads that share no memory with `bytes`
 * @throws OtelWasmError `DECODE` if the envelopes are not well-formed, `INVALID_OPTION` if there are less than two items
 */
export function splitInTwo(signal: Signal, bytes: Uint8Array): [Uint8Array, Uint8Array] {
  const count = countItems(signal, bytes);
  if (count < 2) {
    throw new OtelWasmError(
      'INVALID_OPTION',
      `a payload of ${count} items cannot be split, it takes at least 2`,
    );
  }
  const [first, second] = split(new Reader(bytes), ITEM_LEVELS[signal], Math.ceil(count / 2));
  return [first.toBytes(), second.toBytes()];
}

/** Splits the message from the reader's position to its end: `wanted` items into the first half. */
function split(reader: Reader, level: Level, wanted: number): [Half, Half] {
  const first = new Half(reader.bytes);
  const second = new Half(reader.bytes);
  while (reader.more()) {
    const start = reader.position;
    const tag = reader.tag();
    const isPath = leadsToItems(reader, tag, level);
    const content = reader.position;
    reader.skipIn(level.message, tag);
    const end = reader.position;
    if (!isPath) {
      first.add(start, end);
      second.add(start, end);
      continue;
    }
    if (wanted === 0) {
      second.add(start, end);
      continue;
    }
    const count = level.next ? within(reader, content, level.next, countIn) : 1;
    if (count > wanted && level.next) {
      const inner = within(reader, content, level.next, (inside, next) => split(inside, next, wanted));
      first.embed(tag, inner[0]);
      second.embed(tag, inner[1]);
      wanted = 0;
    } else {
      first.add(start, end);
      wanted -= count;
    }
  }
  return [first, second];
}

/** Runs `work` inside the embedded message that starts, with its length, at `position`; the reader ends up behind it. */
function within<Result>(
  reader: Reader,
  position: number,
  level: Level,
  work: (reader: Reader, level: Level) => Result,
): Result {
  reader.position = position;
  const outer = reader.enter();
  const result = work(reader, level);
  reader.leave(outer);
  return result;
}

function varintOf(value: number): Uint8Array {
  const bytes = new Uint8Array(varintSize(value));
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (value & 0x7f) | (i + 1 < bytes.length ? 0x80 : 0);
    value >>>= 7;
  }
  return bytes;
}
