import type { OtelWasmError, OtelWasmErrorCode, OwnedBytes } from '../abi';
import type { RunnerState } from '../runner';
import type { SendOutcome } from '../sink';
import type { AdapterStats } from './stats';

/** A batch for the guests. Its `items` are counted if the encoder did not. */
export type PipelineBatch = OwnedBytes & {
  readonly items?: number;
  /** The batch is one thing that is not searched for the item that a guest fails on: all of it is lost, or none. */
  readonly indivisible?: boolean;
  /** Told how many items the guests left, before these go on. */
  readonly onDecided?: (itemsLeft: number) => void;
};

/** What became of a batch: as the sink says it, or `items` lost to a guest's failure by `onError: 'drop'` (counted, logged). */
export type PipelineOutcome =
  SendOutcome | { readonly status: 'failed'; readonly error: OtelWasmError; readonly items: number };

/** Bytes → guest → guest → next consumer. Counts every item on its way. All adapters are thin shells around this. */
export interface Pipeline {
  /** The state of the guest that is furthest from serving. */
  readonly state: RunnerState;
  readonly stats: AdapterStats;
  /** Whether {@link shutdown} is through: nothing is counted any more. */
  readonly isClosed: boolean;
  /** What the first guest says that it drops, for `compileDrops`; {@link countDropped} counts what is left out for it. */
  readonly drops?: string;
  /** Resolves when every guest has started; rejects with the reason of the first that cannot. */
  ready(): Promise<void>;
  /** Counts items that were lost before they became bytes. */
  countLost(code: OtelWasmErrorCode, items: number, message: string): void;
  /** Counts items that were left out by a guest's decision before they became bytes. */
  countDropped(items: number): void;
  /** Puts a batch through the guests and sends what they return. Never rejects. */
  send(batch: PipelineBatch): Promise<PipelineOutcome>;
  /**
   * Resolves when all that was sent before is through, and the next consumer has flushed. Rejects with what that rejects
   * with, or with `EXPORT_TIMEOUT` when it takes longer than `exportTimeoutMillis`.
   */
  forceFlush(): Promise<void>;
  /**
   * Waits for work in flight, then each guest's `shutdown()`, then the next consumer's; no step can keep the others from
   * being taken. The same promise each time. Rejects with the first error, after all of it.
   */
  shutdown(): Promise<void>;
}

/** {@link Pipeline.send} as a sink's answer: for another pipeline, from which the bytes flow on as they are. */
export async function sendAsSink(pipeline: Pipeline, batch: OwnedBytes): Promise<SendOutcome> {
  const outcome = await pipeline.send(batch);
  return outcome.status === 'failed' ? { ...outcome, status: 'refused' } : outcome;
}
