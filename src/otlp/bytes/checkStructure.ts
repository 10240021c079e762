import { isUtf8 } from 'node:buffer';
import type { Signal } from '../../abi';
import { MAX_VALUE_DEPTH } from '../encode';
import { countIn, ITEM_LEVELS } from './items';
import { Reader } from '../wire';
import { type Field, LENGTH, type Message, MESSAGES, PAYLOADS, VARINT } from '../schema';

/**
 * How far the check of well-formed OTLP looks.
 *
 * - `envelopes`: from the payload to the items. Lengths, field numbers and wire types of resource and scope envelopes
 *   (and of metrics down to their data points) are right, and every item lies within its envelope.
 * - `items`: all of that inside the items as well, down to each attribute value. Text is UTF-8, and ids have their
 *   length: a strict receiver refuses a whole request for one that is not so.
 */
export type CheckDepth = 'envelopes' | 'items';

/**
 * Fields of the envelopes, the items among them, that a payload may have. They can be as small as two bytes, and looking
 * at them takes time that no deadline ends: this is some 20 ms.
 */
export const MAX_ENVELOPE_FIELDS = 2 ** 19;

/** The same for `items`, where all fields count, and elements of packed numbers: some 0.1 s. 64 MiB of spans have as many. */
const MAX_FIELDS = 2 ** 23;

/**
 * Checks that bytes are well-formed OTLP: lengths fit, known fields have their wire types, values are not nested deeper
 * than the decoder goes, and there are no more than {@link MAX_ENVELOPE_FIELDS}.
 * @param depth how far to look, by default `envelopes`: that costs about a hundredth of encoding the same payload
 * @returns the number of spans, metric data points or log records
 * @throws OtelWasmError `DECODE`, naming the byte
 */
export function checkStructure(signal: Signal, bytes: Uint8Array, depth: CheckDepth = 'envelopes'): number {
  const items = countIn(new Reader(bytes), ITEM_LEVELS[signal], { left: MAX_ENVELOPE_FIELDS });
  if (depth === 'items') checkMessage(new Reader(bytes, Infinity), PAYLOADS[signal], 0, { left: MAX_FIELDS });
  return items;
}

/** @param depth arrays and maps around this message, the only messages that can hold themselves */
function checkMessage(reader: Reader, message: Message, depth: number, fields: { left: number }): void {
  if (message === MESSAGES.arrayValue || message === MESSAGES.keyValueList) depth++;
  if (depth > MAX_VALUE_DEPTH) reader.fail(`a value nested more than ${MAX_VALUE_DEPTH} deep`);
  while (reader.more()) {
    if (--fields.left < 0) reader.fail(`more than ${MAX_FIELDS} fields`);
    const tag = reader.tag();
    const field = message.fields[tag >>> 3];
    if (field?.wireType !== LENGTH || (tag & 7) !== LENGTH) {
      reader.skipIn(message, tag);
    } else if (field.message || field.packed !== undefined) {
      const outer = reader.enter();
      if (field.message) checkMessage(reader, field.message, depth, fields);
      else checkElements(reader, field.packed ?? VARINT, fields);
      reader.leave(outer);
    } else {
      checkBytes(reader, field);
    }
  }
}

function checkElements(reader: Reader, wireType: number, fields: { left: number }): void {
  while (reader.more()) {
    if (--fields.left < 0) reader.fail(`more than ${MAX_FIELDS} fields`);
    reader.skip(wireType);
  }
}

function checkBytes(reader: Reader, { isText, idBytes }: Field): void {
  const start = reader.span();
  const size = reader.position - start;
  if (isText && !isUtf8(reader.bytes.subarray(start, reader.position)))
    reader.fail('text that is not UTF-8', start);
  if (idBytes !== undefined && size !== idBytes && size !== 0)
    reader.fail(`an id of ${size} bytes, allowed are ${idBytes}`, start);
}
