import { OtelWasmError } from '../abi/errors';
import type { Signal } from '../abi/signal';
import { concatBytes } from './concatBytes';
import { countIn, countItems, ITEM_LEVELS, leadsToItems, type Level } from './items';
import { Reader } from './reader';
import { varintSize } from './writer';

/** Pieces of the input, in order. */
interface Halves {
  readonly first: Uint8Array[];
  readonly second: Uint8Array[];
}

/**
 * Splits a payload in two without decoding it: the first half of the items, rounded up, and the rest. Items are spans,
 * log records or metric data points, so that one metric of many points can be split too.
 *
 * What is around the items goes into both halves where both have items of it: the resource and scope envelopes with
 * their schema URLs and unknown fields, and of a metric everything but its points. What holds no items stays whole, in
 * one half. Decoding both halves gives what decoding the whole gives, in the same order.
 * @returns payloads of their own that share no memory with `bytes`
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
  const { first, second } = split(new Reader(bytes), ITEM_LEVELS[signal], Math.ceil(count / 2));
  return [concatBytes(first), concatBytes(second)];
}

/** Splits the message from the reader's position to its end: `wanted` items into the first half. */
function split(reader: Reader, level: Level, wanted: number): Halves {
  const halves: Halves = { first: [], second: [] };
  while (reader.more()) {
    const start = reader.position;
    const tag = reader.tag();
    const isPath = leadsToItems(reader, tag, level);
    const content = reader.position;
    reader.skipIn(level.message, tag);
    const field = reader.bytes.subarray(start, reader.position);
    if (!isPath) {
      halves.first.push(field);
      halves.second.push(field);
      continue;
    }
    const count = level.next ? within(reader, content, level.next, countIn) : 1;
    if (wanted > 0 && count > wanted && level.next) {
      const inner = within(reader, content, level.next, (inside, next) => split(inside, next, wanted));
      pushEmbedded(halves.first, tag, inner.first);
      pushEmbedded(halves.second, tag, inner.second);
      wanted = 0;
    } else if (wanted > 0) {
      halves.first.push(field);
      wanted -= count;
    } else {
      halves.second.push(field);
    }
  }
  return halves;
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

/** Adds the pieces of an embedded message. One by one: a guest may have made more of them than a call takes arguments. */
function pushEmbedded(half: Uint8Array[], tag: number, pieces: readonly Uint8Array[]): void {
  half.push(varintOf(tag), varintOf(pieces.reduce((sum, piece) => sum + piece.length, 0)));
  for (const piece of pieces) half.push(piece);
}

function varintOf(value: number): Uint8Array {
  const bytes = new Uint8Array(varintSize(value));
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (value & 0x7f) | (i + 1 < bytes.length ? 0x80 : 0);
    value >>>= 7;
  }
  return bytes;
}
