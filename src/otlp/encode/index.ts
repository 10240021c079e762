export type { OnLostItem } from './encodeEnvelopes';
export { encodeLogs, leaseLogs } from './encodeLogs';
export { encodeMetrics, leaseMetrics } from './encodeMetrics';
export { createSpanEncoder, encodeTraces, leaseTraces } from './encodeTraces';
export type { EncodedBatch } from './encodeBuffer';
export { MAX_VALUE_DEPTH } from './encodeValue';
