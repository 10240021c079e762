import { OtelWasmError } from '../../src/abi/errors';
import { createPipeline, type AdapterStats, type Guests, type Pipeline } from '../../src/pipeline';
import type { Sink } from '../../src/sink';
import { spanNames } from '../support/decodeOtlp';

export interface RecordingSink extends Sink {
  /** Every received batch. */
  readonly sent: Uint8Array[];
  /** Names of all received spans, in order. */
  readonly names: string[];
  readonly events: string[];
}

/** A sink that records batches; `answer` may reject or delay one. */
export function recordingSink(
  answer: Sink['send'] = () => Promise.resolve({ status: 'sent' }),
): RecordingSink {
  const sent: Uint8Array[] = [];
  // The buffer of a batch is reused once it is sent.
  const copies: Uint8Array[] = [];
  const events: string[] = [];
  return {
    sent,
    events,
    get names() {
      return copies.flatMap(spanNames);
    },
    send: batch => {
      sent.push(batch.bytes);
      copies.push(new Uint8Array(batch.bytes));
      return answer(batch);
    },
    forceFlush: async () => void events.push('flush'),
    shutdown: async () => void events.push('shutdown'),
  };
}

export const REFUSED = { status: 'refused', error: new OtelWasmError('EXPORT_FAILED', 'full') } as const;

/** A pipeline of traces processors into a recording sink. */
export function piped(
  guests: Guests,
  options: Parameters<typeof createPipeline>[4] = {},
  sink: RecordingSink = recordingSink(),
  coalescing?: Parameters<typeof createPipeline>[6],
): { pipeline: Pipeline; sink: RecordingSink } {
  // A busy machine may start a guest slowly; these tests are about the duration of calls.
  const patient = { startTimeoutMillis: 10_000, ...options };
  return { pipeline: createPipeline('processor', 'traces', guests, sink, patient, 'test', coalescing), sink };
}

/** Items before and after the pipeline; both must be equal when nothing is in flight. */
export function balance(stats: AdapterStats): { before: number; after: number } {
  const failed = Object.values(stats.itemsFailed).reduce((sum, count) => sum + count, 0);
  return {
    before: stats.itemsIn + stats.itemsAdded,
    after: stats.itemsOut + stats.itemsDropped + failed,
  };
}
