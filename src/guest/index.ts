export { type ConsumeOutcome } from './consumeOutcome';
export { boundedLog, type GuestLogger, withoutThrowing } from './guestLog';
export { GuestInstance, type GuestOutput, type InstanceOptions } from './instance';
export { type GuestSource, type LoadedGuest, loadGuest } from './load';
export { ranTooLong, type TimeLimit } from './deadline';
