import type { OtelWasmError, OtelWasmErrorCode, OwnedBytes } from '../abi';
import type { RunnerState } from '../runner';
import type { SendOutcome } from '../sink';
import type { AdapterStats } from './stats';

/** A batch for the guests. `items` is counted here if the encoder did not. */
export type PipelineBatch = OwnedBytes & {
  readonly items?: number;
  /** The batch is not bisected when a guest fails on it: all of it is lost or none. */
  readonly indivisible?: boolean;
  /** Called with the number of items that the guests returned, before they are sent. */
  readonly onDecided?: (itemsLeft: number) => void;
};

/** The outcome of a batch: that of the sink, or `items` that `onError: 'drop'` dropped (counted and logged). */
export type PipelineOutcome =
  SendOutcome | { readonly status: 'failed'; readonly error: OtelWasmError; readonly items: number };

/** Bytes → guest → guest → next consumer. Counts every item on its way. All adapters are thin shells around this. */
export interface Pipeline {
  /** The least healthy state among the guests. */
  readonly state: RunnerState;
  readonly stats: AdapterStats;
  /** Whether {@link shutdown} has ended. Nothing is counted afterwards. */
  readonly isClosed: boolean;
  /** The drop conditions of the first guest, for `compileDrops`. {@link countDropped} counts the items they drop. */
  readonly drops?: string;
  /** Resolves when every guest has started. Rejects with the first reason why one cannot. */
  ready(): Promise<void>;
  /** Counts items that were lost before encoding. */
  countLost(code: OtelWasmErrorCode, items: number, message: string): void;
  /** Counts items that a guest's conditions dropped before encoding. */
  countDropped(items: number): void;
  /** Passes a batch through the guests and sends the result. Never rejects. */
  send(batch: PipelineBatch): Promise<PipelineOutcome>;
  /**
   * Resolves when everything sent before has been handled, and the next consumer has flushed. Rejects with the next
   * consumer's error, or with `EXPORT_TIMEOUT` when it takes longer than `exportTimeoutMillis`.
   */
  forceFlush(): Promise<void>;
  /**
   * Waits for work in flight, then runs each guest's `shutdown()`, then the next consumer's. A failing step does not
   * prevent the others. Returns the same promise each time. Rejects with the first error after all steps.
   */
  shutdown(): Promise<void>;
}

/** {@link Pipeline.send} as a sink, for another pipeline that passes its bytes on unchanged. */
export async function sendAsSink(pipeline: Pipeline, batch: OwnedBytes): Promise<SendOutcome> {
  const outcome = await pipeline.send(batch);
  return outcome.status === 'failed' ? { ...outcome, status: 'refused' } : outcome;
}
