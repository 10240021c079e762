export { BatchEncoder } from './batchEncoder';
export type { EncodedItems, OnLostItem } from './encodeEnvelopes';
export { encodeLogs, leaseLogs } from './encodeLogs';
export { encodeMetrics, leaseMetrics } from './encodeMetrics';
export {
  createSpanEncoder,
  createSpanFieldEncoder,
  encodeTraces,
  leaseEncodedSpans,
  leaseTraces,
} from './encodeTraces';
export { createStartEncoder } from './encodeStart';
export type { EncodedBatch } from './encodeBuffer';
export { MAX_VALUE_DEPTH } from './encodeValue';
