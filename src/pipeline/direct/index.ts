/** Guests that run synchronously on the calling thread. */
export { createDirectGuests } from './createDirectGuests';
export { DirectGuests, type DirectOutcome } from './directGuests';
