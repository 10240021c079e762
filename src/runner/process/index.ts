export { assertNodeExecutable } from './nodeExecutable';
export { processSource } from './source';
export { startProcess, startProcessWith } from './startProcess';
