export type { OnLostItem } from './encodeEnvelopes';
export { encodeLogs, leaseLogs } from './encodeLogs';
export { encodeMetrics, leaseMetrics } from './encodeMetrics';
export { encodeTraces, leaseTraces } from './encodeTraces';
export type { Lease } from './encodeBuffer';
export { MAX_VALUE_DEPTH } from './encodeValue';
