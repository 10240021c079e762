/** OTLP protobuf from and to SDK objects, and what can be done with the bytes as they are. */
export { checkStructure, type CheckDepth } from './bytes/checkStructure';
export { concatBytes } from './bytes/concatBytes';
export { decodeLogs } from './decode/decodeLogs';
export { decodeMetrics, type DecodedMetrics } from './decode/decodeMetrics';
export { decodeTraces } from './decode/decodeTraces';
export type { OnLostItem } from './encode/encodeEnvelopes';
export { encodeLogs, leaseLogs } from './encode/encodeLogs';
export { encodeMetrics, leaseMetrics } from './encode/encodeMetrics';
export { encodeTraces, leaseTraces } from './encode/encodeTraces';
export { countItems } from './bytes/items';
export { type Lease } from './encode/encodeBuffer';
export { splitInTwo } from './bytes/splitInTwo';
export type { Unrepresentable } from './decode/unrepresentable';
