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
 * How items are gathered into batches, as in the SDK's batch processors. `exportTimeoutMillis` has its default from the environment
 * too.
 */
export interface BatchOptions extends Pick<ConsumerOptions, 'exportTimeoutMillis'> {
  /** Items that may wait; those beyond are dropped and counted. Default 2_048, or the environment's. */
  readonly maxQueueSize?: number;
  /** Items in one batch at most. Default 512, or the environment's. */
  readonly maxExportBatchSize?: number;
  /**
   * Longest wait before an incomplete batch goes, and of results that guests left so small that several make one request.
   * Default 5_000 for spans, 1_000 for log records, or the environment's.
   */
  readonly scheduledDelayMillis?: number;
}

/** Where the defaults of a signal come from. */
export interface BatchDefaults {
  /** Prefix of the variables of the environment. */
  readonly environment: 'OTEL_BSP' | 'OTEL_BLRP';
  readonly scheduledDelayMillis: number;
}

/** Names of {@link BatchOptions} beyond those of every consumer. */
export const BATCH_OPTION_NAMES: readonly (keyof BatchOptions)[] = [
  'maxQueueSize',
  'maxExportBatchSize',
  'scheduledDelayMillis',
];

/**
 * The options with defaults from the environment (`OTEL_BSP_*` or `OTEL_BLRP_*`, which the SDK's own processors do not
 * read), then the SDK's. Throws `INVALID_OPTION`.
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

/** Results of batches made with these options wait for company as long as the batches did. */
export function coalescerOptions({
  maxExportBatchSize,
  scheduledDelayMillis,
}: Required<BatchOptions>): CoalescerOptions {
  return { items: maxExportBatchSize, delayMillis: scheduledDelayMillis };
}

/** Invalid values of environment variables are ignored, as specified; the SDK logs most of them. */
function fromEnvironment(name: string, range: NumberRange): number | undefined {
  const value = getNumberFromEnv(name);
  return isPositive(value, range) ? value : undefined;
}
