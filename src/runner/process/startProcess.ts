import type { GuestFile, InstanceOptions } from '../../guest';
import { IsolatedInstance } from '../isolated';
import type { RunningInstance } from '../runningInstance';
import { GuestProcess } from './guestProcess';
import { processSource } from './source';

/**
 * Runs a guest in a separate process, where its module is read, checked and compiled as well. Returns at once;
 * `started` tells how that and `start()` went.
 */
export function startProcess(guest: GuestFile, options: InstanceOptions): RunningInstance {
  return startProcessWith(processSource(), guest, options);
}

/** The same where this package's files are not: `program` is what {@link processSource} is there. */
export function startProcessWith(
  program: string,
  guest: Pick<GuestFile, 'bytes' | 'label'>,
  options: InstanceOptions,
): RunningInstance {
  return new IsolatedInstance(onMessage => new GuestProcess(program, guest, options, onMessage));
}
