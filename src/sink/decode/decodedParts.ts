import { setImmediate } from 'node:timers/promises';
import { messageOf, OtelWasmError, type Signal } from '../../abi';
import { countItems, MAX_MESSAGES_OF_ITEM, splitInTurns, TooLargeToDecode } from '../../otlp';

/**
 * Embedded messages that are decoded before the event loop gets a turn: some 10 ms of work. A batch of 512 spans has
 * 20,000, and is exported in one piece.
 */
const MAX_MESSAGES_A_TURN = 2 ** 15;

/**
 * Both halves of a batch have its envelopes: so many bytes are copied at most to decode it in parts. With 64 MiB and an
 * envelope of 10 KB it takes some 10 MB.
 */
const MAX_COPIED_BYTES = 2 ** 24;

/** What bytes were decoded to: the batches, one or more, and how many items the SDK's types could not hold. */
export interface Decoded<Batch> {
  readonly batches: readonly Batch[];
  /** How many items a batch has; needed where there can be several. */
  itemsOf?(batch: Batch): number;
  readonly unrepresentable?: { readonly items: number; readonly reasons: string };
}

/** `maxMessages`: of those embedded in each other. Throws `TooLargeToDecode` for more. */
export type Decode<Batch> = (bytes: Uint8Array, maxMessages: number) => Decoded<Batch>;

/** Items that were not decoded, and why. */
export class UndecodablePart {
  constructor(
    readonly error: OtelWasmError,
    readonly items: number,
  ) {}
}

/**
 * Decodes bytes at once, or in parts where that is too much, and leaves the event loop its turn before each. They come one
 * by one, so that no two of them are in memory.
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
