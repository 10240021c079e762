export { MAX_RESULT_BYTES } from './callState';
export { findGuest, type GuestFile } from './guestFile';
export { type ConsumeOutcome } from './consumeOutcome';
export { guestTimeoutError, runWithVmTimeout, type TimeLimit } from './vmTimeout';
export { boundedLog, type GuestLogger, withoutThrowing } from './guestLog';
export { GuestInstance } from './instance';
export { type GuestOutput, type InstanceOptions } from './instanceOptions';
export { BufferPool } from './bufferPool';
export {
  type CompiledModule,
  compiledRules,
  type EngineModule,
  type GuestSource,
  isCompiled,
  isRules,
  type LoadedGuest,
  loadGuest,
  readSource,
} from './load';
export { isShipped } from './shipped';
export { exportedName, validateAbi } from './validate';
