import type { InstanceOptions, LoadedGuest } from '../../guest';
import { IsolatedInstance } from '../isolated';
import type { RunningInstance } from '../runningInstance';
import { GuestThread } from './thread';
import type { ThreadGuest } from './threadGuest';

/** Runs a guest on a separate thread. Returns at once; `started` tells how loading it and `start()` went. */
export function startWorker(guest: ThreadGuest | LoadedGuest, options: InstanceOptions): RunningInstance {
  return new IsolatedInstance(onMessage => new GuestThread(guest, options, undefined, onMessage));
}
