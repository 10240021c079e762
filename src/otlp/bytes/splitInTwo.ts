import { OtelWasmError, type Signal } from '../../abi';
import { concatBytes, concatInTurns } from './concatBytes';
import { countIn, countItems, ITEM_LEVELS, containsItems, type Level } from './items';
import { Reader, varintSize } from '../wire';

/** One half under construction: ranges of the input, with adjacent ones joined. */
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

  toBytesInTurns(): Promise<Uint8Array> {
    this.flush();
    return concatInTurns(this.pieces);
  }
}

/**
 * Splits a payload in two without decoding it: the first half of the items, rounded up, and the rest. Items are
 * spans, log records or metric data points, so that one metric with many points can be split too.
 *
 * The envelopes around the items are copied into both halves if both have items of them: resources and scopes with
 * their schema URLs and unknown fields, and everything of a metric but its points. An envelope without items goes
 * into one half. Decoding both halves gives the same items as decoding the payload, in the same order.
 * @param count the number of items, if known
 * @param maxBytes limit of both halves together; copied envelopes make them larger than the payload
 * @returns two payloads that share no memory with `bytes`
 * @throws OtelWasmError `DECODE` if the envelopes are not well-formed or too large, `INVALID_OPTION` if there are
 * fewer than two items
 */
export function splitInTwo(
  signal: Signal,
  bytes: Uint8Array,
  count = countItems(signal, bytes),
  maxBytes = Infinity,
): [Uint8Array, Uint8Array] {
  const { first, second } = halvesOf(signal, bytes, count, maxBytes);
  return [first.toBytes(), second.toBytes()];
}

/**
 * {@link splitInTwo} for results of guests, which can be large. Yields to the event loop between pieces that are
 * copied.
 */
export async function splitInTurns(
  signal: Signal,
  bytes: Uint8Array,
  count = countItems(signal, bytes),
  maxBytes = Infinity,
): Promise<[Uint8Array, Uint8Array]> {
  const { first, second } = halvesOf(signal, bytes, count, maxBytes);
  return [await first.toBytesInTurns(), await second.toBytesInTurns()];
}

function halvesOf(signal: Signal, bytes: Uint8Array, count: number, maxBytes: number): Halves {
  if (count < 2) {
    throw new OtelWasmError(
      'INVALID_OPTION',
      `a payload of ${count} items cannot be split: at least 2 are needed`,
    );
  }
  const halves = split(new Reader(bytes), ITEM_LEVELS[signal], Math.ceil(count / 2));
  const { first, second } = halves;
  if (first.size + second.size > maxBytes) {
    throw new OtelWasmError(
      'DECODE',
      `the envelopes around ${count} items are too large to copy: both halves have ${first.size + second.size} bytes, at most ${maxBytes} are allowed`,
    );
  }
  return halves;
}

interface Halves {
  readonly first: Half;
  readonly second: Half;
  /** Items in the first half, and whether there are any in the second. */
  readonly taken: number;
  readonly hasMore: boolean;
}

/** Splits the message from the reader's position to its end: `wanted` items into the first half. */
function split(reader: Reader, level: Level, wanted: number): Halves {
  const first = new Half(reader.bytes);
  const second = new Half(reader.bytes);
  let [taken, hasMore] = [0, false];
  while (reader.more()) {
    const start = reader.position;
    const tag = reader.tag();
    const isPath = containsItems(reader, tag, level);
    if (!isPath) {
      reader.skipIn(level.message, tag);
      first.add(start, reader.position);
      second.add(start, reader.position);
    } else if (taken === wanted) {
      hasMore ||= level.next === undefined || inside(reader, level.next, countIn) > 0;
      reader.skipIn(level.message, tag);
      second.add(start, reader.position);
    } else if (level.next === undefined) {
      reader.skipIn(level.message, tag);
      first.add(start, reader.position);
      taken++;
    } else {
      const inner = inside(reader, level.next, (within, next) => split(within, next, wanted - taken));
      reader.skipIn(level.message, tag);
      taken += inner.taken;
      hasMore = inner.hasMore;
      if (!hasMore) first.add(start, reader.position);
      else {
        first.embed(tag, inner.first);
        second.embed(tag, inner.second);
      }
    }
  }
  return { first, second, taken, hasMore };
}

/**
 * Runs `work` inside the embedded message that begins (with its length) at the reader's position. The position is
 * restored afterwards.
 */
function inside<Result>(
  reader: Reader,
  level: Level,
  work: (reader: Reader, level: Level) => Result,
): Result {
  const start = reader.position;
  const outer = reader.enter();
  const result = work(reader, level);
  reader.leave(outer);
  reader.position = start;
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
