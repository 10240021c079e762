export { LogLevel, Signal, log, pluginConfigText, setResult, setStatusReason, shutdownRequested } from './functions';
export { fail, failed, takeFailure, takeStatus } from './status';
export { now, randomBytes, sleep, writeStdout } from './wasi';
