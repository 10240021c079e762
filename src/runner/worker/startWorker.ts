import type { InstanceOptions, LoadedGuest } from '../../guest';
import { IsolatedInstance } from '../isolated';
import type { RunningInstance } from '../runningInstance';
import { GuestThread } from './thread';

/** Runs a guest on a thread of its own. Returns at once; `started` tells how `start()` went. */
export function startWorker(guest: LoadedGuest, options: InstanceOptions): RunningInstance {
  return new IsolatedInstance(onMessage => new GuestThread(guest, options, undefined, onMessage));
}
