/** Guests that run synchronously on the calling thread. */
export { createDirectGuests } from './createDirectGuests';
export { Connector, createConnector } from './connector';
export { DirectGuests, type DirectOutcome } from './directGuests';
