import type { InstanceOptions, LoadedGuest } from '../../guest';
import { IsolatedInstance } from '../isolated';
import type { RunningInstance } from '../runningInstance';
import { GuestThread } from './guestThread';
import type { SharedGuest } from './sharedGuest';

/** Runs a guest on a separate thread. Returns at once. `started` settles after loading and `start()`. */
export function startWorker(guest: SharedGuest | LoadedGuest, options: InstanceOptions): RunningInstance {
  return new IsolatedInstance(onMessage => new GuestThread(guest, options, undefined, onMessage));
}
