export { compileCommand } from './compile';
export { completionCommand } from './completion';
export { benchCommand } from './bench';
export { conformanceCommand } from './conformance';
export { guestsCommand } from './guests';
export { initCommand } from './init';
export { inspectCommand } from './inspect';
export { runCommand } from './run';
