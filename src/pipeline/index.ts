export { BurstLog } from './burstLog';
export { createPipeline } from './createPipeline';
export {
  type Connector,
  createConnector,
  createDirectGuests,
  type DirectGuests,
  type DirectOutcome,
} from './direct';
export { withTimeout } from './withTimeout';
export { guestLogger } from './guestLogger';
export {
  type ChainedGuest,
  CONSUMER_OPTION_NAMES,
  type ConsumerOptions,
  GUEST_OPTION_NAMES,
  type GuestOptions,
  type Guests,
  hasOptions,
  assertKnownOptions,
  type NumberRange,
  positiveOption,
  resolveGuestOptions,
  SINK_OPTION_NAMES,
  TIMER_MILLIS,
  type SinkOptions,
  type WasiGrants,
  invalid,
  isPositive,
  type OnError,
  WHOLE,
} from './options';
export { LocalPipeline } from './localPipeline';
export { type Pipeline, type PipelineOutcome, sendAsSink } from './pipeline';
export type { CoalescerOptions } from './coalescer';
export { type AdapterStats, Counts, type CountByCode, type GuestStats } from './stats';
export { createSelfTelemetry } from './selfTelemetry';
