import type { Signal } from '../abi';
import type { ExportResult } from '../otel';
import {
  CONSUMER_OPTION_NAMES,
  type ConsumerOptions,
  createPipeline,
  type Guests,
  assertKnownOptions,
} from '../pipeline';
import { discardSink } from '../sink';
import { Adapter } from './adapter';
import { exportBatch } from './batching';
import type { SignalKind } from './signals';

/**
 * The common part of the three exporters: the guest is the destination, and its status is the result of the export.
 */
export abstract class GuestExporter<S extends Signal, Batch> extends Adapter<S> {
  readonly #kind: SignalKind<S, Batch>;

  /** @internal */
  protected constructor(
    name: string,
    kind: SignalKind<S, Batch>,
    guests: Guests,
    options: ConsumerOptions,
    otherOptions: readonly string[] = [],
  ) {
    assertKnownOptions(options, [...CONSUMER_OPTION_NAMES, ...otherOptions]);
    super(kind.signal, createPipeline('exporter', kind.signal, guests, discardSink, options, name));
    this.#kind = kind;
  }

  /** Never throws. Calls back with the guest's result: an OtelWasmError when it did not accept the batch. */
  export(batch: Batch, callback: (result: ExportResult) => void): void {
    const { encode } = this.#kind;
    exportBatch({ pipeline: this.pipeline, encode, guestFailureFails: true }, batch, callback);
  }
}
