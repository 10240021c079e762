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
  /** Time limit for the guest to return after a shutdown request, and to run its `shutdown()`. Default 5_000. */
  readonly shutdownGraceMillis?: number;
  /**
   * Emitted batches that the next consumer has not accepted yet. At the limit the guest blocks. Default 64, at most
   * 2^30.
   */
  readonly maxInFlightBatches?: number;
  /** The same limit in bytes. A larger batch is sent alone. Default 16 MiB, at most 1 GiB. */
  readonly maxInFlightBytes?: number;
}

/** Names of {@link ReceiverOptions}, and `exporter`, whose type differs by receiver. */
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
