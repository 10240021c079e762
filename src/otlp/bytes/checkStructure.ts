import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import type { Signal } from '../../abi';
import { MAX_VALUE_DEPTH } from '../encode';
import { countIn, ITEM_LEVELS } from './items';
import { MAX_FIELDS_OF_ITEM, Reader } from '../wire';
import { type Field, LENGTH, type Message, MESSAGES, PAYLOADS } from '../schema';

/**
 * How deeply OTLP is checked.
 *
 * - `envelopes`: from the payload down to the items. Lengths, field numbers and wire types of resource and scope
 *   envelopes (and of metrics down to their data points) are right, and every item lies within its envelope.
 * - `items`: also inside the items, down to each attribute value. Text is UTF-8 and ids have the right length: a
 *   strict receiver refuses a whole request for a single violation.
 */
export type CheckDepth = 'envelopes' | 'items';

/**
 * How many fields a payload may have: in its envelopes including the items, and in total including elements of packed
 * numbers.
 */
export interface FieldLimits {
  readonly envelopes: number;
  readonly all: number;
  /** Bytes of one text. A text is checked in one step: 16 MiB take about 10 ms. */
  readonly textBytes: number;
}

/**
 * For a guest's result. A field can be as small as two bytes, and no deadline covers the check. Checking this many
 * envelope fields takes about 10 ms. 64 MiB of spans have this many fields in total.
 */
const RESULT_LIMITS: FieldLimits = { envelopes: 2 ** 18, all: 2 ** 23, textBytes: 2 ** 24 };

/** For one item, which is checked and decoded in one step. */
export const ITEM_LIMITS: FieldLimits = { ...RESULT_LIMITS, all: MAX_FIELDS_OF_ITEM };

/** For data from the user. */
export const NO_LIMITS: FieldLimits = { envelopes: Infinity, all: Infinity, textBytes: Infinity };

/** Fields that are checked before yielding to the event loop: about 5 ms. */
const FIELDS_A_TURN = 2 ** 16;

/**
 * Checks that bytes are well-formed OTLP: lengths fit, known fields have their wire types, values are not nested
 * deeper than the decoder allows, and there are no more fields than `limits` allow.
 * @param depth how deeply to check, by default `envelopes`, which costs about a hundredth of encoding the same
 * payload
 * @param limits by default those of a guest's result
 * @returns the number of spans, metric data points or log records
 * @throws OtelWasmError `DECODE`, naming the byte
 */
export function checkStructure(
  signal: Signal,
  bytes: Uint8Array,
  depth: CheckDepth = 'envelopes',
  limits = RESULT_LIMITS,
): number {
  const items = countIn(new Reader(bytes), ITEM_LEVELS[signal], { left: limits.envelopes });
  if (depth === 'items') for (const check = checkItems(signal, bytes, limits); !check.next().done;);
  return items;
}

/**
 * {@link checkStructure} for a guest's result. Yields to the event loop, so that a large result does not block it.
 */
export async function checkInTurns(signal: Signal, bytes: Uint8Array, depth: CheckDepth): Promise<number> {
  const items = checkStructure(signal, bytes);
  if (depth === 'items')
    for (const turn of checkItems(signal, bytes, RESULT_LIMITS)) await setImmediate(turn);
  return items;
}

/** The message that is being checked, and the enclosing messages. */
interface Open {
  readonly message: Message;
  /** Wire type of the elements, when this is not a message but a packed list of numbers. */
  readonly packed?: number;
  /** Number of enclosing arrays and maps, the only recursive messages. */
  readonly depth: number;
  readonly outer: number;
}

/** Checks `items` in steps. It yields where the event loop may run. */
function* checkItems(
  signal: Signal,
  bytes: Uint8Array,
  { all, textBytes }: FieldLimits,
): Generator<undefined, void> {
  const reader = new Reader(bytes, Infinity);
  const around: Open[] = [];
  let open: Open | undefined = { message: PAYLOADS[signal], depth: 0, outer: bytes.length };
  for (let fields = 0; open !== undefined;) {
    if (!reader.more()) {
      reader.leave(open.outer);
      open = around.pop();
      continue;
    }
    if (++fields % FIELDS_A_TURN === 0) yield;
    if (fields > all) reader.fail(`more than ${all} fields`);
    const inner = open.packed === undefined ? checkField(reader, open, textBytes) : reader.skip(open.packed);
    if (!inner) continue;
    around.push(open);
    open = inner;
  }
}

/**
 * Checks one field.
 * @returns its content, if that has fields or elements
 */
function checkField(reader: Reader, { message, depth }: Open, textBytes: number): Open | undefined {
  const tag = reader.tag();
  const field = message.fields[tag >>> 3];
  if (field?.wireType !== LENGTH || (tag & 7) !== LENGTH) {
    reader.skipIn(message, tag);
  } else if (field.message) {
    const holdsValues = field.message === MESSAGES.arrayValue || field.message === MESSAGES.keyValueList;
    const inner = holdsValues ? depth + 1 : depth;
    if (inner > MAX_VALUE_DEPTH) reader.fail(`a value nested more than ${MAX_VALUE_DEPTH} deep`);
    return { message: field.message, depth: inner, outer: reader.enter() };
  } else if (field.packed !== undefined) {
    return { message, packed: field.packed, depth, outer: reader.enter() };
  } else {
    checkBytes(reader, field, textBytes);
  }
  return undefined;
}

/** Short texts are checked here, which is faster than a call into Node.js. */
const SHORT_BYTES = 32;

function checkBytes(reader: Reader, { isText, idBytes }: Field, textBytes: number): void {
  const start = reader.span();
  const { bytes, position: end } = reader;
  if (isText && end - start > textBytes)
    reader.fail(`a text of ${end - start} bytes, allowed are ${textBytes}`, start);
  if (isText && !isAscii(bytes, start, end) && !isUtf8(bytes.subarray(start, end)))
    reader.fail('text that is not UTF-8', start);
  const size = end - start;
  if (idBytes !== undefined && size !== idBytes && size !== 0)
    reader.fail(`an id of ${size} bytes, allowed are ${idBytes}`, start);
}

/** False for a text that is too long for this check. */
function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > SHORT_BYTES) return false;
  let all = 0;
  for (let at = start; at < end; at++) all |= bytes[at];
  return all < 0x80;
}
