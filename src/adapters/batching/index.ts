export { BATCH_OPTION_NAMES, type BatchOptions, coalescerOptions, resolveBatchOptions } from './batchOptions';
export { BatchedInput, exportInto } from './batchedInput';
