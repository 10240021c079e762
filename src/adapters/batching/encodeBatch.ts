import { messageOf, OtelWasmError } from '../../abi';
import type { EncodedBatch } from '../../otlp';
import type { Pipeline } from '../../pipeline';

/** Encodes a batch. Calls `onLost` for each item that cannot be encoded. */
export type Encode<Batch> = (batch: Batch, onLost: (error: unknown) => void) => EncodedBatch;

/** The encoded batch, or `ENCODE` when even its envelopes cannot be read. The pipeline counts lost items. */
export function encodeBatch<Batch>(
  pipeline: Pipeline,
  batch: Batch,
  encode: Encode<Batch>,
): EncodedBatch | OtelWasmError {
  let lost = 0;
  try {
    return encode(batch, error => {
      lost++;
      pipeline.countLost('ENCODE', 1, messageOf(error));
    });
  } catch (cause) {
    // Metrics count as one item here, because the number of data points is unknown.
    return countEncodeFailure(pipeline, (Array.isArray(batch) ? batch.length : 1) - lost, cause);
  }
}

/** Counts a batch whose resource or scope cannot be read. */
export function countEncodeFailure(pipeline: Pipeline, items: number, cause: unknown): OtelWasmError {
  const error = new OtelWasmError('ENCODE', `the batch cannot be encoded: ${messageOf(cause)}`, { cause });
  pipeline.countLost(error.code, items, error.message);
  return error;
}
