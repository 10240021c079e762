import type { GuestFile, InstanceOptions } from '../../guest';
import type { OtelWasmError } from '../../abi';
import { asError, type IsolatedGuest, IsolatedInstance } from '../isolated';
import type { RunningInstance } from '../runningInstance';
import { FrameMemory } from './frameMemory';
import { GuestProcess, type ProcessGuest } from './guestProcess';
import { assertNodeExecutable } from './nodeExecutable';
import { processSource } from './source';

/**
 * Starts instances of a guest one after the other, each in a separate process, which also reads, checks and compiles
 * the module. Returns at once; `started` is the result. Throws `START_FAILED` where a guest's process is impossible.
 * `memory` may be shared with other guests of a chain. `program` (see {@link processSource}) is given where this
 * package's files are unavailable.
 */
export function processStarter(
  guest: Pick<GuestFile, 'bytes' | 'label'>,
  memory = new FrameMemory(),
  program?: string,
): (options: InstanceOptions) => RunningInstance {
  return options => {
    assertNodeExecutable();
    const { bytes, label } = guest;
    const one: ProcessGuest = { bytes, label, program: program ?? processSource(), memory };
    return new IsolatedInstance(onMessage => {
      try {
        return new GuestProcess(one, options, onMessage);
      } catch (error) {
        return neverStarted(asError(error));
      }
    });
  };
}

/** The system has no process left at the moment. This is treated like a process that ended at once. */
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
