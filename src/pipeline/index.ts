export { Adapter } from './adapter';
export { BATCH_OPTION_NAMES, type BatchOptions, resolveBatchOptions } from './batchOptions';
export { BatchedInput, exportInto } from './batchedInput';
export { createPipeline } from './createPipeline';
export { type MetricSelection, selectionFor, type TemporalityPreference } from './metricSelection';
export { BYTES_CONSUMER, type BytesConsumer, createNextConsumer } from './nextConsumer';
export {
  type ChainedGuest,
  type ConsumerOptions,
  CONSUMER_OPTION_NAMES,
  GUEST_OPTION_NAMES,
  type GuestOptions,
  type Guests,
  knownOptions,
  SINK_OPTION_NAMES,
  type SinkOptions,
} from './options';
export { Pipeline, type PipelineOutcome } from './pipeline';
export { type OnError } from './stage';
export { type AdapterStats, type CountByCode, type GuestStats } from './stats';
