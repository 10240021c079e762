export { type CreditOptions, type Deliver, startReceiver } from './startReceiver';
export { startWorker } from './startWorker';
export { ThreadGuest } from './threadGuest';
