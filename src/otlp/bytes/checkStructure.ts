import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import type { Signal } from '../../abi';
import { MAX_VALUE_DEPTH } from '../encode';
import { countIn, ITEM_LEVELS } from './items';
import { MAX_FIELDS_OF_ITEM, Reader } from '../wire';
import { type Field, FIXED64, LENGTH, MESSAGES, PAYLOADS } from '../schema';

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
/** A message of this size has at most half as many fields: it is checked in one step, which is faster. */
const STEP_BYTES = 2 ** 16;

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

/** Checks `items` in steps. It yields where the event loop may run. */
function checkItems(signal: Signal, bytes: Uint8Array, limits: FieldLimits): Generator<undefined, void> {
  const check = new ItemCheck(new Reader(bytes, Infinity), limits);
  return check.inSteps({ message: PAYLOADS[signal], packed: undefined }, 0);
}

/** The content of a field: a message, or packed numbers of one wire type. */
type Content = Pick<Field, 'message' | 'packed'>;

function isContent({ message, packed }: Field): boolean {
  return message !== undefined || packed !== undefined;
}

/** `depth` is the number of enclosing arrays and maps, the only recursive messages. */
class ItemCheck {
  readonly #reader: Reader;
  readonly #limits: FieldLimits;
  #fields = 0;
  #nextTurn = FIELDS_A_TURN;

  constructor(reader: Reader, limits: FieldLimits) {
    this.#reader = reader;
    this.#limits = limits;
  }

  /** Checks the content that the reader has entered. Larger contents within it are checked in steps too. */
  *inSteps(content: Content, depth: number): Generator<undefined, void> {
    const reader = this.#reader;
    while (reader.more()) {
      if (this.#fields >= this.#nextTurn) {
        this.#nextTurn = this.#fields + FIELDS_A_TURN;
        yield;
      }
      const inner = this.#field(content);
      if (inner === undefined) continue;
      const outer = reader.enter();
      const isSmall = reader.end - reader.position <= STEP_BYTES;
      if (isSmall) this.#inOneStep(inner, this.#deeper(inner, depth));
      else yield* this.inSteps(inner, this.#deeper(inner, depth));
      reader.leave(outer);
    }
  }

  #inOneStep(content: Content, depth: number): void {
    const reader = this.#reader;
    const { bytes, end } = reader;
    const byTag = content.message?.byTag ?? [];
    while (reader.more()) {
      const at = reader.position;
      const known = byTag[bytes[at]];
      // Nearly all fields have one byte for the tag and one for the length, or 8 bytes of content: no calls for these.
      if (known !== undefined && this.#fields < this.#limits.all) {
        const size = bytes[at + 1];
        if (known.wireType === LENGTH && size < 0x80 && at + 2 + size <= end) {
          this.#fields++;
          reader.position = at + 2;
          if (isContent(known)) {
            reader.end = at + 2 + size;
            this.#inOneStep(known, this.#deeper(known, depth));
            reader.end = end;
          } else {
            reader.position += size;
            checkBytes(reader, known, at + 2, this.#limits.textBytes);
          }
          continue;
        }
        if (known.wireType === FIXED64 && at + 9 <= end) {
          this.#fields++;
          reader.position = at + 9;
          continue;
        }
      }
      const inner = this.#field(content);
      if (inner === undefined) continue;
      const outer = reader.enter();
      this.#inOneStep(inner, this.#deeper(inner, depth));
      reader.leave(outer);
    }
  }

  /**
   * Checks one field or number.
   * @returns the field, if it has content that the reader must enter
   */
  #field({ message, packed }: Content): Content | undefined {
    const reader = this.#reader;
    if (++this.#fields > this.#limits.all) reader.fail(`more than ${this.#limits.all} fields`);
    if (message === undefined) {
      reader.skip(packed!);
      return undefined;
    }
    const tag = reader.tag();
    const field = message.fields[tag >>> 3];
    if (field?.wireType !== LENGTH || (tag & 7) !== LENGTH) reader.skipIn(message, tag);
    else if (isContent(field)) return field;
    else checkBytes(reader, field, reader.span(), this.#limits.textBytes);
    return undefined;
  }

  #deeper({ message }: Content, depth: number): number {
    if (message !== MESSAGES.arrayValue && message !== MESSAGES.keyValueList) return depth;
    if (depth === MAX_VALUE_DEPTH) this.#reader.fail(`a value nested more than ${MAX_VALUE_DEPTH} deep`);
    return depth + 1;
  }
}

/** Shorter texts are checked here, which is faster than a call into Node.js. */
const SHORT_BYTES = 512;

/** Checks the text, id or other bytes from `start` to the reader's position. */
function checkBytes(reader: Reader, { isText, idBytes }: Field, start: number, textBytes: number): void {
  const { bytes, view, position: end } = reader;
  if (isText && end - start > textBytes)
    reader.fail(`a string of ${end - start} bytes: at most ${textBytes} are allowed`, start);
  if (isText && !isAscii(view, start, end) && !isUtf8(bytes.subarray(start, end)))
    reader.fail('a string that is not UTF-8', start);
  const size = end - start;
  if (idBytes !== undefined && size !== idBytes && size !== 0)
    reader.fail(`an id of ${size} bytes: expected ${idBytes}`, start);
}

/** False for a text that is too long for this check. */
function isAscii(view: DataView, start: number, end: number): boolean {
  if (end - start > SHORT_BYTES) return false;
  let all = 0;
  let at = start;
  if (end - start < 4) for (; at < end; at++) all |= view.getUint8(at);
  else {
    for (; at + 4 < end; at += 4) all |= view.getUint32(at);
    // The last four bytes, some of which may have been read.
    all |= view.getUint32(end - 4);
  }
  return (all & 0x80808080) === 0;
}
