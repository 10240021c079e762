/** Converts between OTLP protobuf and SDK objects, and works on encoded OTLP. */
export { checkInTurns, checkStructure, type CheckDepth, ITEM_LIMITS, NO_LIMITS } from './bytes';
export { concatBytes, concatInTurns } from './bytes';
export { decodeExportResponse, decodeLogs } from './decode';
export { decodeMetrics, type DecodedMetrics } from './decode';
export { decodeTraces } from './decode';
export { BatchEncoder, type EncodedItems, type OnLostItem } from './encode';
export { encodeLogs, leaseLogs } from './encode';
export { encodeMetrics, leaseMetrics } from './encode';
export {
  createSpanEncoder,
  createSpanFieldEncoder,
  createStartEncoder,
  encodeTraces,
  leaseEncodedSpans,
  leaseTraces,
} from './encode';
export { MAX_MESSAGES_OF_ITEM, TooLargeToDecode } from './wire';
export { countItems } from './bytes';
export { type EncodedBatch } from './encode';
export { splitInTurns, splitInTwo } from './bytes';
export type { Unrepresentable } from './decode';
