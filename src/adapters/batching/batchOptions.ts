import { getNumberFromEnv } from '../../otel';
import {
  type CoalescerOptions,
  type ConsumerOptions,
  isPositive,
  type NumberRange,
  positiveOption,
  TIMER_MILLIS,
  WHOLE,
} from '../../pipeline';

/**
 * How items are collected into batches, as in the SDK's batch processors. The default of `exportTimeoutMillis` also
 * comes from the environment.
 */
export interface BatchOptions extends Pick<ConsumerOptions, 'exportTimeoutMillis'> {
  /**
   * Maximum number of waiting items. Further items are dropped and counted. Default 2_048, or the environment's
   * value.
   */
  readonly maxQueueSize?: number;
  /** Maximum number of items in one batch. Default 512, or the environment's value. */
  readonly maxExportBatchSize?: number;
  /**
   * The longest wait before an incomplete batch is sent, and before small results that are joined are sent. Default
   * 5_000 for spans, 1_000 for log records, or the environment's value.
   */
  readonly scheduledDelayMillis?: number;
}

/** The sources of a signal's defaults. */
export interface BatchDefaults {
  /** Prefix of the environment variables. */
  readonly environment: 'OTEL_BSP' | 'OTEL_BLRP';
  readonly scheduledDelayMillis: number;
}

/** Names of the {@link BatchOptions} that not every consumer has. */
export const BATCH_OPTION_NAMES: readonly (keyof BatchOptions)[] = [
  'maxQueueSize',
  'maxExportBatchSize',
  'scheduledDelayMillis',
];

/**
 * The options with defaults from the environment (`OTEL_BSP_*` or `OTEL_BLRP_*`, which the SDK's own processors do
 * not read), then the SDK's defaults. Throws `INVALID_OPTION`.
 */
export function resolveBatchOptions(
  options: BatchOptions,
  { environment, scheduledDelayMillis }: BatchDefaults,
): Required<BatchOptions> {
  const read = (name: keyof BatchOptions, suffix: string, byDefault: number, range: NumberRange): number =>
    positiveOption(
      name,
      options[name],
      fromEnvironment(`${environment}_${suffix}`, range) ?? byDefault,
      range,
    );
  const maxQueueSize = read('maxQueueSize', 'MAX_QUEUE_SIZE', 2_048, WHOLE);
  const maxExportBatchSize = read('maxExportBatchSize', 'MAX_EXPORT_BATCH_SIZE', 512, WHOLE);
  return {
    maxQueueSize,
    maxExportBatchSize: Math.min(maxExportBatchSize, maxQueueSize),
    scheduledDelayMillis: read('scheduledDelayMillis', 'SCHEDULE_DELAY', scheduledDelayMillis, TIMER_MILLIS),
    exportTimeoutMillis: read('exportTimeoutMillis', 'EXPORT_TIMEOUT', 30_000, TIMER_MILLIS),
  };
}

/** Results wait to be joined at most as long as the batches waited. */
export function coalescerOptions({
  maxExportBatchSize,
  scheduledDelayMillis,
}: Required<BatchOptions>): CoalescerOptions {
  return { items: maxExportBatchSize, delayMillis: scheduledDelayMillis };
}

/** Invalid values of environment variables are ignored, as specified. The SDK logs most of them. */
function fromEnvironment(name: string, range: NumberRange): number | undefined {
  const value = getNumberFromEnv(name);
  return isPositive(value, range) ? value : undefined;
}
