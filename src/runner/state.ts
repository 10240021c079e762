import { OtelWasmError } from '../abi';

/**
 * What a guest's runner is doing.
 *
 * | state | means | next |
 * | --- | --- | --- |
 * | `starting` | the first instance is being started; a receiver: or `start()` was not called yet | running, failed, stopping |
 * | `running` | an instance serves | restarting, stopping; a receiver: failed |
 * | `restarting` | the last instance failed or was recycled; a new one is made for the next batch, a receiver's at once, when its backoff is over | running, stopping |
 * | `failed` | the first instance could not be started; it is tried again like one that is restarting. A receiver: or it returned by itself; it is not tried again | running, stopping |
 * | `stopping` | shutdown was asked for; work in flight ends first | stopped |
 * | `stopped` | for good | |
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

/** True when a runner may go from one state to the other. */
export function isLegalTransition(from: RunnerState, to: RunnerState): boolean {
  return NEXT[from].includes(to);
}

/** Throws `INTERNAL` for a step that is not in the table; staying in a state is not a step. */
export function checkTransition(from: RunnerState, to: RunnerState): void {
  if (from !== to && !isLegalTransition(from, to))
    throw new OtelWasmError('INTERNAL', `a guest's runner goes from ${from} to ${to}`);
}
