export { startInline } from './inline';
export { type RestartOptions } from './restartPolicy';
export { createRunner, type Runner, type RunnerOptions } from './runner';
export { type RunningInstance } from './runningInstance';
export { type RunnerState } from './state';
