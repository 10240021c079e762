import type { ConsumerOptions, SinkOptions } from '../../pipeline';

/** Options of every receiver. */
export interface ReceiverOptions
  extends
    SinkOptions,
    Pick<
      ConsumerOptions,
      | 'pluginConfig'
      | 'guestTimeoutMillis'
      | 'startTimeoutMillis'
      | 'maxMemoryBytes'
      | 'wasi'
      | 'restart'
      | 'exportTimeoutMillis'
      | 'meterProvider'
    > {
  /** How long the guest may take to return, and to run its `shutdown()`, once it was asked to. Default 5_000. */
  readonly shutdownGraceMillis?: number;
  /** Batches that may be emitted and not yet with the next consumer; the guest is held up beyond. Default 64, at most 2^30. */
  readonly maxInFlightBatches?: number;
  /** The same in bytes; a batch larger than this goes alone. Default 16 MiB, at most 1 GiB. */
  readonly maxInFlightBytes?: number;
}

/** Names of {@link ReceiverOptions}, and `exporter`, which each receiver types for its signal. */
export const RECEIVER_OPTION_NAMES: readonly (keyof ReceiverOptions | 'exporter')[] = [
  'exporter',
  'otlp',
  'pluginConfig',
  'guestTimeoutMillis',
  'startTimeoutMillis',
  'maxMemoryBytes',
  'wasi',
  'restart',
  'exportTimeoutMillis',
  'meterProvider',
  'shutdownGraceMillis',
  'maxInFlightBatches',
  'maxInFlightBytes',
];
