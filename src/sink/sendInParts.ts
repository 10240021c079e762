import { OtelWasmError, type OwnedBytes, type Signal } from '../abi';
import { type Decode, type Decoded, decodedParts, UndecodablePart } from './decode';
import { type SendOutcome, SENT } from './sink';

/**
 * Decodes the bytes and sends their items, one batch after the other. Bytes that are too large to decode at once are
 * decoded and sent in parts. Releases the bytes: decoded objects do not refer to them.
 */
export async function sendInParts<Batch>(
  signal: Signal,
  { bytes, release }: OwnedBytes,
  decode: Decode<Batch>,
  send: (batch: Batch) => Promise<SendOutcome>,
): Promise<SendOutcome> {
  let refusal: OtelWasmError | undefined;
  let refused = 0;
  const unrepresentable: Required<Decoded<Batch>>['unrepresentable'][] = [];
  for await (const part of decodedParts(signal, bytes, decode)) {
    if (part instanceof UndecodablePart) {
      refusal = part.error;
      refused += part.items;
      continue;
    }
    if (part.unrepresentable !== undefined) unrepresentable.push(part.unrepresentable);
    for (const batch of part.batches) {
      const one = await send(batch);
      if (one.status === 'sent') continue;
      refusal = one.error;
      refused += part.itemsOf?.(batch) ?? Infinity;
    }
  }
  release();
  const items = unrepresentable.reduce((sum, lost) => sum + lost.items, 0);
  if (refusal !== undefined) return { status: 'refused', error: refusal, items: refused + items };
  const reasons = [...new Set(unrepresentable.map(lost => lost.reasons))].join(', ');
  return sentWithout(unrepresentable.length === 0 ? undefined : { items, reasons });
}

function sentWithout(unrepresentable: Decoded<unknown>['unrepresentable']): SendOutcome {
  if (unrepresentable === undefined) return SENT;
  const { items, reasons } = unrepresentable;
  const message = `the exporter takes the SDK's types, which cannot represent: ${reasons}`;
  return { status: 'sent', lost: { items, error: new OtelWasmError('UNREPRESENTABLE', message) } };
}
