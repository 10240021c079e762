export { type CreditOptions, type Deliver, startReceiver } from './startReceiver';
export { startWorker } from './startWorker';
export { type GuestToLoad, SharedGuest } from './sharedGuest';
