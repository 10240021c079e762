import type { Signal } from '../abi';
import type { RunnerState } from '../runner';
import { BYTES_CONSUMER, type BytesConsumer, type SinkOwner } from './exporterOption';
import { type AdapterStats, type Pipeline, sendAsSink } from '../pipeline';
import type { Sink } from '../sink';

/** The common part of all consuming adapters, whatever SDK component they are. */
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

  /** `running` if every guest serves; otherwise the state of the guest furthest from it. */
  get state(): RunnerState {
    return this.pipeline.state;
  }

  /** Counts of items, bytes, calls and errors so far. */
  get stats(): AdapterStats {
    return this.pipeline.stats;
  }

  /** Resolves when `start()` of every guest succeeded; rejects with an OtelWasmError that has the guest's reason. */
  ready(): Promise<void> {
    return this.pipeline.ready();
  }

  /** Resolves when the next consumer has accepted everything given before; rejects with its error if it did not. */
  forceFlush(): Promise<void> {
    return this.pipeline.forceFlush();
  }

  /** Waits for work in flight, then runs each guest's `shutdown()` once, then the next consumer's. The same promise each time. */
  shutdown(): Promise<void> {
    return this.pipeline.shutdown();
  }
}
