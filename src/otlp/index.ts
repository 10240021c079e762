/** OTLP protobuf from and to SDK objects, and what can be done with the bytes as they are. */
export { checkStructure, type CheckDepth } from './checkStructure';
export { concatBytes } from './concatBytes';
export { decodeLogs } from './decodeLogs';
export { decodeMetrics, type DecodedMetrics } from './decodeMetrics';
export { decodeTraces } from './decodeTraces';
export type { OnLostItem } from './encodeEnvelopes';
export { borrowLogs, encodeLogs } from './encodeLogs';
export { borrowMetrics, encodeMetrics } from './encodeMetrics';
export { borrowTraces, encodeTraces } from './encodeTraces';
export { countItems } from './items';
export { splitInTwo } from './splitInTwo';
export type { Unrepresentable } from './unrepresentable';
