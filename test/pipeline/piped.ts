import { OtelWasmError } from '../../src/abi/errors';
import { createPipeline, type AdapterStats, type Guests, type Pipeline } from '../../src/pipeline';
import type { Sink } from '../../src/sink';
import { spanNames } from '../support/decodeOtlp';

export interface RecordingSink extends Sink {
  /** Every batch, as it came. */
  readonly sent: Uint8Array[];
  /** Names of all spans that came, in order. */
  readonly names: string[];
  readonly events: string[];
}

/** A sink that keeps what it is sent; `answer` may refuse a batch or take its time. */
export function recordingSink(
  answer: Sink['send'] = () => Promise.resolve({ status: 'sent' }),
): RecordingSink {
  const sent: Uint8Array[] = [];
  // The memory of a batch is used again once it is sent.
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
  // A busy machine may take long to start a guest; what these tests are about is how long a call takes.
  const patient = { startTimeoutMillis: 10_000, ...options };
  return { pipeline: createPipeline('processor', 'traces', guests, sink, patient, 'test', coalescing), sink };
}

/** Both sides of the law that no item is lost silently; they must be equal when nothing is in flight. */
export function balance(stats: AdapterStats): { before: number; after: number } {
  const failed = Object.values(stats.itemsFailed).reduce((sum, count) => sum + count, 0);
  return {
    before: stats.itemsIn + stats.itemsAdded,
    after: stats.itemsOut + stats.itemsDropped + failed,
  };
}
