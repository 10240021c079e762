/** Checks a guest against the ABI, and describes it. */
export type { CheckResult, Verdict } from './check';
export { checkGuest, type ConformanceOptions, type ConformanceReport } from './checkGuest';
export { describeGuest, fileName, type GuestDescription, readGuestFile } from './guestDescription';
