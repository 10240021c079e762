/** OTLP protobuf from and to SDK objects, and what can be done with the bytes as they are. */
export { checkStructure, type CheckDepth } from './checkStructure';
export { concatBytes } from './concatBytes';
export { decodeLogs } from './decodeLogs';
export { decodeMetrics, type DecodedMetrics } from './decodeMetrics';
export { decodeTraces } from './decodeTraces';
export type { OnLostItem } from './encodeEnvelopes';
export { encodeLogs, leaseLogs } from './encodeLogs';
export { encodeMetrics, leaseMetrics } from './encodeMetrics';
export { encodeTraces, leaseTraces } from './encodeTraces';
export { countItems } from './items';
export { type Lease } from './sharedWriter';
export { splitInTwo } from './splitInTwo';
export type { Unrepresentable } from './unrepresentable';
