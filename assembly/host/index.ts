export { pluginConfigText } from './config';
export { Signal, setResult, setStatusReason, shutdownRequested, wantedTemporality } from './functions';
export { LogLevel, log } from './log';
export { fail, failed, takeFailure, takeStatus } from './status';
export { now, randomBytes, sleep, writeStdout } from './wasi';
