export { type ConsumeOutcome } from './consumeOutcome';
export { type GuestLogger } from './guestLog';
export { GuestInstance, type InstanceOptions } from './instance';
export { type GuestSource, type LoadedGuest, loadGuest } from './load';
