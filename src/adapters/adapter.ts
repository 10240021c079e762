import type { Signal } from '../abi';
import type { RunnerState } from '../runner';
import { BYTES_CONSUMER, type BytesConsumer, type SinkOwner } from './exporterOption';
import { type AdapterStats, type Pipeline, sendAsSink } from '../pipeline';
import type { Sink } from '../sink';

/** The common part of all consuming adapters, in every SDK role. */
export abstract class Adapter<S extends Signal> implements BytesConsumer<S> {
  /** @hidden */
  readonly [BYTES_CONSUMER]: { readonly signal: S };
  /** @internal */
  protected readonly pipeline: Pipeline;

  /** @internal */
  protected constructor(signal: S, pipeline: Pipeline) {
    this.pipeline = pipeline;
    // The other adapter shuts down this whole adapter, so that its queue is sent before its pipeline closes.
    const sink: Sink = {
      send: batch => sendAsSink(pipeline, batch),
      forceFlush: () => this.forceFlush(),
      shutdown: () => this.shutdown(),
    };
    const entry: SinkOwner<S>[typeof BYTES_CONSUMER] = { signal, sink };
    this[BYTES_CONSUMER] = entry;
  }

  /** `running` if every guest is running, otherwise the least healthy state. */
  get state(): RunnerState {
    return this.pipeline.state;
  }

  /** Counts of items, bytes, calls and errors so far. */
  get stats(): AdapterStats {
    return this.pipeline.stats;
  }

  /**
   * Resolves when `start()` of every guest succeeded. Rejects with an OtelWasmError that contains the guest's reason.
   */
  ready(): Promise<void> {
    return this.pipeline.ready();
  }

  /** Resolves when the next consumer has accepted everything passed in before. Rejects with its error otherwise. */
  forceFlush(): Promise<void> {
    return this.pipeline.forceFlush();
  }

  /**
   * Waits for work in flight, then runs each guest's `shutdown()` once, then the next consumer's. Returns the same
   * promise each time.
   */
  shutdown(): Promise<void> {
    return this.pipeline.shutdown();
  }
}
