export {
  BATCH_OPTION_NAMES,
  type BatchDefaults,
  type BatchOptions,
  coalescerOptions,
  resolveBatchOptions,
} from './batchOptions';
export { BatchQueue } from './batchQueue';
export type { Encode } from './encodeBatch';
export { exportBatch } from './exportBatch';
