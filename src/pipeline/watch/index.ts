export { type WatchedGuest, watchGuest } from './watchGuest';
