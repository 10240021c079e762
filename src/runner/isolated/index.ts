export { Deadlines } from './deadlines';
export type { GuestPlace } from './guestPlace';
export { IsolatedInstance } from './isolatedInstance';
export {
  type CreditSetup,
  type ErrorMessage,
  fromErrorMessage,
  type HostMessage,
  type PlaceSetup,
  placeSetup,
  toErrorMessage,
  type WorkerMessage,
} from './messages';
export { answer, asError, placeLog, startInstance } from './serve';
