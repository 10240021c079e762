export { Adapter } from '../adapters/adapter';
export {
  BATCH_OPTION_NAMES,
  type BatchOptions,
  coalescerOptions,
  resolveBatchOptions,
} from '../adapters/batching/batchOptions';
export { BatchedInput, exportInto } from '../adapters/batching/batchedInput';
export { BurstLog } from './burstLog';
export { createPipeline } from './createPipeline';
export { withTimeout } from './withTimeout';
export { guestLogger } from './guestLogger';
export { type MetricSelection, selectionFor, type TemporalityPreference } from '../adapters/metricSelection';
export { BYTES_CONSUMER, type BytesConsumer, createSink } from '../adapters/exporterOption';
export {
  type ChainedGuest,
  CONSUMER_OPTION_NAMES,
  type ConsumerOptions,
  GUEST_OPTION_NAMES,
  type GuestOptions,
  type Guests,
  knownOptions,
  type NumberRange,
  positive,
  resolveGuestOptions,
  SINK_OPTION_NAMES,
  TIMER_MILLIS,
  type SinkOptions,
  type WasiGrants,
} from './options';
export { Pipeline, type PipelineOutcome } from './pipeline';
export { type OnError } from './stage';
export { type AdapterStats, Counts, type CountByCode, type GuestStats } from './stats';
export { createTelemetry } from './telemetry';
