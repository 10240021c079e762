import type { SdkExporter } from '../otel';
import { messageOf, OtelWasmError } from '../abi';
import { exported } from './exported';
import { type SendOutcome, SENT, type Sink } from './sink';

/** What bytes were decoded to: the batches, one or more, and how many items the SDK's types could not hold. */
export interface Decoded<Batch> {
  readonly batches: readonly Batch[];
  /** How many items a batch has; needed where there can be several. */
  itemsOf?(batch: Batch): number;
  readonly unrepresentable?: { readonly items: number; readonly reasons: string };
}

/** Decodes the bytes and hands the objects to an exporter of the SDK's kind, one batch after the other. */
export function createSdkExporterSink<Batch>(
  exporter: SdkExporter<Batch>,
  decode: (bytes: Uint8Array) => Decoded<Batch>,
): Sink {
  return {
    // Never released: what was decoded may refer to the bytes.
    send: async ({ bytes }) => {
      let decoded: Decoded<Batch>;
      try {
        decoded = decode(bytes);
      } catch (error) {
        return { status: 'refused', error: asDecodeError(error) };
      }
      const { batches, unrepresentable } = decoded;
      let refusal: OtelWasmError | undefined;
      let refused = unrepresentable?.items ?? 0;
      for (const batch of batches) {
        const one = await exported('the exporter', callback => exporter.export(batch, callback));
        if (one.status === 'sent') continue;
        refusal = one.error;
        refused += decoded.itemsOf?.(batch) ?? Infinity;
      }
      return refusal === undefined
        ? sentWithout(unrepresentable)
        : { status: 'refused', error: refusal, items: refused };
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function sentWithout(unrepresentable: Decoded<unknown>['unrepresentable']): SendOutcome {
  if (unrepresentable === undefined) return SENT;
  const { items, reasons } = unrepresentable;
  const message = `the exporter takes the SDK's types, which cannot hold: ${reasons}`;
  return { status: 'sent', lost: { items, error: new OtelWasmError('UNREPRESENTABLE', message) } };
}

function asDecodeError(error: unknown): OtelWasmError {
  return error instanceof OtelWasmError
    ? error
    : new OtelWasmError('DECODE', messageOf(error), { cause: error });
}
