import { diag } from '@opentelemetry/api';
import { messageOf, OtelWasmError } from '../../abi';
import { type ExportResult, ExportResultCode } from '../../otel';
import type { Pipeline } from '../../pipeline';
import { type Encode, encodeBatch } from './encodeBatch';

/** What {@link exportBatch} needs from an adapter. */
export interface ExportTarget<Batch> {
  readonly pipeline: Pipeline;
  readonly encode: Encode<Batch>;
  /** Whether a guest's failure fails the export. True for exporters, where the guest is the destination. */
  readonly guestFailureFails: boolean;
}

/**
 * Encodes a batch, sends it through the pipeline and calls back like an SDK exporter: exactly once, and without
 * throwing.
 */
export function exportBatch<Batch>(
  { pipeline, encode, guestFailureFails }: ExportTarget<Batch>,
  batch: Batch,
  callback: (result: ExportResult) => void,
): void {
  const encoded = encodeBatch(pipeline, batch, encode);
  if (encoded instanceof OtelWasmError) return answer(callback, encoded);
  void pipeline.send(encoded).then(outcome => {
    const fails = outcome.status === 'refused' || (outcome.status === 'failed' && guestFailureFails);
    answer(callback, fails ? outcome.error : undefined);
  });
}

function answer(callback: (result: ExportResult) => void, error: OtelWasmError | undefined): void {
  try {
    callback(error ? { code: ExportResultCode.FAILED, error } : { code: ExportResultCode.SUCCESS });
  } catch (thrown) {
    diag.error(`the callback of export() threw: ${messageOf(thrown)}`);
  }
}
