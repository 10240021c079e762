import { OtelWasmError } from '../abi';

/**
 * The states of a guest's runner.
 *
 * | state | means | next |
 * | --- | --- | --- |
 * | `starting` | the first instance is starting; for a receiver also before `start()` | running, failed, stopping |
 * | `running` | an instance is in use | restarting, stopping; a receiver: failed |
 * | `restarting` | the last instance failed or was recycled; the next batch after the backoff starts a new one, a receiver's starts by itself | running, stopping |
 * | `failed` | the first instance could not be started, and is retried like one that is restarting. A receiver: also if it returned by itself; it is not retried | running, stopping |
 * | `stopping` | shutdown was requested; work in flight ends first | stopped |
 * | `stopped` | final | |
 */
export type RunnerState = 'starting' | 'running' | 'restarting' | 'failed' | 'stopping' | 'stopped';

const NEXT: Readonly<Record<RunnerState, readonly RunnerState[]>> = {
  starting: ['running', 'failed', 'stopping'],
  running: ['restarting', 'failed', 'stopping'],
  restarting: ['running', 'stopping'],
  failed: ['running', 'stopping'],
  stopping: ['stopped'],
  stopped: [],
};

/** All states, in the order of the table. */
export const RUNNER_STATES = Object.keys(NEXT) as readonly RunnerState[];

/** Whether a runner may go from one state to the other. */
export function isLegalTransition(from: RunnerState, to: RunnerState): boolean {
  return NEXT[from].includes(to);
}

/** Throws `INTERNAL` for a transition that is not in the table. Staying in a state is not a transition. */
export function checkTransition(from: RunnerState, to: RunnerState): void {
  if (from !== to && !isLegalTransition(from, to))
    throw new OtelWasmError('INTERNAL', `invalid transition of a guest's runner: ${from} to ${to}`);
}
