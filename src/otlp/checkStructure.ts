import type { Signal } from '../abi/signal';
import { MAX_VALUE_DEPTH } from './encodeValue';
import { countIn, ITEM_LEVELS } from './items';
import { Reader } from './reader';
import { FIXED64, LENGTH, type Message, PAYLOADS, VARINT } from './schema';

/** Messages embedded in each other at most: an AnyValue's nesting is two of them, a payload's envelopes are seven. */
const MAX_MESSAGE_DEPTH = 2 * MAX_VALUE_DEPTH + 9;

/**
 * How far {@link checkStructure} looks.
 *
 * - `envelopes`: from the payload to the items. Lengths, field numbers and wire types of resource and scope envelopes
 *   (and of metrics down to their data points) are right, and every item lies within its envelope.
 * - `items`: all of that inside the items as well, down to each attribute value: what passes can be decoded but for
 *   ids of a wrong length.
 */
export type CheckDepth = 'envelopes' | 'items';

/**
 * Checks that bytes are well-formed OTLP: lengths fit, known fields have their wire types, values are not nested deeper
 * than the decoder goes. Text is not checked to be UTF-8.
 * @param depth how far to look, by default `envelopes`: that costs about a hundredth of encoding the same payload
 * @throws OtelWasmError `DECODE`, naming the byte
 */
export function checkStructure(signal: Signal, bytes: Uint8Array, depth: CheckDepth = 'envelopes'): void {
  const reader = new Reader(bytes);
  if (depth === 'envelopes') countIn(reader, ITEM_LEVELS[signal]);
  else checkMessage(reader, PAYLOADS[signal], 0);
}

function checkMessage(reader: Reader, message: Message, depth: number): void {
  if (depth > MAX_MESSAGE_DEPTH) reader.fail(`messages nested more than ${MAX_MESSAGE_DEPTH} deep`);
  while (reader.more()) {
    const tag = reader.tag();
    const field = message.fields[tag >>> 3];
    if (field === undefined || (tag & 7) !== field.wireType || (tag & 7) !== LENGTH) {
      reader.skipIn(message, tag);
    } else if (field.message || field.packed !== undefined) {
      const outer = reader.enter();
      if (field.message) checkMessage(reader, field.message, depth + 1);
      else checkPacked(reader, field.packed === FIXED64 ? FIXED64 : VARINT);
      reader.leave(outer);
    } else {
      reader.span();
    }
  }
}

function checkPacked(reader: Reader, wireType: number): void {
  while (reader.more()) reader.skip(wireType);
}
