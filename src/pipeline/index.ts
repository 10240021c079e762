export { BATCH_OPTION_NAMES, type BatchOptions, resolveBatchOptions } from './batchOptions';
export { createPipeline } from './createPipeline';
export { BYTES_CONSUMER, type BytesConsumer, createNextConsumer } from './nextConsumer';
export {
  type ChainedGuest,
  type ConsumerOptions,
  GUEST_OPTION_NAMES,
  type GuestOptions,
  type Guests,
  knownOptions,
  type SinkOptions,
} from './options';
export { Pipeline, type PipelineOutcome } from './pipeline';
export { QueueBound, UNBOUNDED_QUEUE_SIZE } from './queueBound';
export { type OnError } from './stage';
export { type AdapterStats, type CountByCode, type GuestStats } from './stats';
