import type { Signal } from '../abi';
import type { RunnerState } from '../runner';
import { BYTES_CONSUMER, type BytesConsumer, type SinkOwner } from './exporterOption';
import type { Pipeline, AdapterStats } from '../pipeline';
import type { Sink } from '../sink';

/** What every adapter that consumes has, whatever kind of SDK component it is. */
export abstract class Adapter<S extends Signal> implements BytesConsumer<S> {
  /** @hidden */
  readonly [BYTES_CONSUMER]: { readonly signal: S };
  /** @internal */
  protected readonly pipeline: Pipeline;

  /** @internal */
  protected constructor(signal: S, pipeline: Pipeline) {
    this.pipeline = pipeline;
    // The whole adapter ends with the other one, so that what waits in its own queue goes before its pipeline closes.
    const sink: Sink = {
      send: batch => pipeline.sendAsSink(batch),
      forceFlush: () => this.forceFlush(),
      shutdown: () => this.shutdown(),
    };
    const entry: SinkOwner<S>[typeof BYTES_CONSUMER] = { signal, sink };
    this[BYTES_CONSUMER] = entry;
  }

  /** `running` when every guest serves; else the state of the one furthest from it. */
  get state(): RunnerState {
    return this.pipeline.state;
  }

  /** What was done so far. */
  get stats(): AdapterStats {
    return this.pipeline.stats;
  }

  /** Resolves when `start()` of every guest succeeded; rejects with an OtelWasmError that has the guest's reason. */
  ready(): Promise<void> {
    return this.pipeline.ready();
  }

  /** Resolves when everything taken before is through guests and next consumer; rejects when that did not take it. */
  forceFlush(): Promise<void> {
    return this.pipeline.forceFlush();
  }

  /** Waits for work in flight, then runs each guest's `shutdown()` once, then the next consumer's. The same promise each time. */
  shutdown(): Promise<void> {
    return this.pipeline.shutdown();
  }
}
