import { setImmediate } from 'node:timers/promises';
import { messageOf, OtelWasmError, type Signal } from '../../abi';
import { countItems, MAX_MESSAGES_OF_ITEM, splitInTurns, TooLargeToDecode } from '../../otlp';

/**
 * Embedded messages that are decoded before yielding to the event loop: some 10 ms of work. A batch of 512 spans has
 * 20,000 and is exported in one piece.
 */
const MAX_MESSAGES_A_TURN = 2 ** 15;

/**
 * Both halves of a split batch contain its envelopes. This limits the bytes copied to decode a batch in parts. 64 MiB
 * with an envelope of 10 KB need some 10 MB.
 */
const MAX_COPIED_BYTES = 2 ** 24;

/** The result of decoding: one or more batches, and the number of items that the SDK's types could not hold. */
export interface Decoded<Batch> {
  readonly batches: readonly Batch[];
  /** The number of items in a batch; required if there can be several batches. */
  itemsOf?(batch: Batch): number;
  readonly unrepresentable?: { readonly items: number; readonly reasons: string };
}

/** `maxMessages`: limit of embedded messages. Throws `TooLargeToDecode` beyond it. */
export type Decode<Batch> = (bytes: Uint8Array, maxMessages: number) => Decoded<Batch>;

/** Items that could not be decoded, with the reason. */
export class UndecodablePart {
  constructor(
    readonly error: OtelWasmError,
    readonly items: number,
  ) {}
}

/**
 * Decodes bytes at once, or in parts if they are too large, and yields to the event loop before each part. Parts come
 * one by one, so that only one is in memory.
 */
export async function* decodedParts<Batch>(
  signal: Signal,
  bytes: Uint8Array,
  decode: Decode<Batch>,
  copied = { bytesLeft: MAX_COPIED_BYTES },
): AsyncGenerator<Decoded<Batch> | UndecodablePart> {
  const whole = decodeUpTo(MAX_MESSAGES_A_TURN, bytes, decode);
  if (!(whole instanceof UndecodablePart) || !(whole.error instanceof TooLargeToDecode)) {
    yield whole;
    return;
  }
  await setImmediate();
  const items = countItems(signal, bytes);
  if (items < 2) {
    const alone = decodeUpTo(MAX_MESSAGES_OF_ITEM, bytes, decode);
    yield alone instanceof UndecodablePart ? new UndecodablePart(alone.error, items) : alone;
    return;
  }
  await setImmediate();
  const halves = await halvesOf(signal, bytes, items, copied);
  if (halves instanceof UndecodablePart) {
    yield halves;
    return;
  }
  for (const half of halves) {
    await setImmediate();
    yield* decodedParts(signal, half, decode, copied);
  }
}

async function halvesOf(
  signal: Signal,
  bytes: Uint8Array,
  items: number,
  copied: { bytesLeft: number },
): Promise<Uint8Array[] | UndecodablePart> {
  try {
    const halves = await splitInTurns(signal, bytes, items, bytes.length + copied.bytesLeft);
    copied.bytesLeft -= halves[0].length + halves[1].length - bytes.length;
    return halves;
  } catch (error) {
    return new UndecodablePart(asDecodeError(error), items);
  }
}

function decodeUpTo<Batch>(
  maxMessages: number,
  bytes: Uint8Array,
  decode: Decode<Batch>,
): Decoded<Batch> | UndecodablePart {
  try {
    return decode(bytes, maxMessages);
  } catch (error) {
    return new UndecodablePart(asDecodeError(error), Infinity);
  }
}

function asDecodeError(error: unknown): OtelWasmError {
  return error instanceof OtelWasmError
    ? error
    : new OtelWasmError('DECODE', messageOf(error), { cause: error });
}
