import type { GuestFile, InstanceOptions } from '../../guest';
import type { OtelWasmError } from '../../abi';
import { asError, type IsolatedGuest, IsolatedInstance } from '../isolated';
import type { RunningInstance } from '../runningInstance';
import { GuestProcess } from './guestProcess';
import { assertNodeExecutable } from './nodeExecutable';
import { processSource } from './source';

/**
 * Runs a guest in a separate process, where its module is read, checked and compiled as well. Returns at once;
 * `started` tells how that and `start()` went. Throws `START_FAILED` where a guest's process cannot be.
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
  assertNodeExecutable();
  return new IsolatedInstance(onMessage => {
    try {
      return new GuestProcess(program, guest, options, onMessage);
    } catch (error) {
      return neverStarted(asError(error));
    }
  });
}

/** The system has no process left just now: as one that ended at once. */
function neverStarted(why: OtelWasmError): IsolatedGuest {
  return {
    exited: Promise.resolve(why),
    post: () => undefined,
    terminate: () => undefined,
    keepAliveDuring: work => work,
    deadline: () => () => undefined,
    startUpDeadline: () => () => undefined,
  };
}
