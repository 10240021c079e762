export { Deadlines } from './deadlines';
export type { IsolatedGuest } from './isolatedGuest';
export { IsolatedInstance } from './isolatedInstance';
export {
  type CreditSetup,
  type ErrorMessage,
  fromErrorMessage,
  type HostMessage,
  type InstanceSetup,
  instanceSetup,
  toErrorMessage,
  type GuestMessage,
  wholeBuffer,
} from './messages';
export { answer, asError, logToHost, startInstance } from './serve';
