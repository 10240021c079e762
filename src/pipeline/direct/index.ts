/** Guests that are called on the calling thread, and answer before the caller goes on. */
export { createDirectGuests } from './createDirectGuests';
export { DirectGuests, type DirectOutcome } from './directGuests';
