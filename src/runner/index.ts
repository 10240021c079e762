export { startInline } from './inline';
export { createReceiverRunner, type ReceiverRunner, type ReceiverRunnerOptions } from './receiverRunner';
export { type RestartOptions } from './restartPolicy';
export { createRunner, type Runner, type RunnerOptions } from './runner';
export { type RunningInstance } from './runningInstance';
export { type ReceiverEnd, type RunningReceiver } from './runningReceiver';
export { isLegalTransition, RUNNER_STATES, type RunnerState } from './state';
export { type CreditOptions, type Deliver, startReceiver } from './worker';
export { startWorker } from './worker';
