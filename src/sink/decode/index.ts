export { type Decode, type Decoded, decodedParts, UndecodablePart } from './decodedParts';
export { decodedLogRecords, decodedMetrics, decodedSpans } from './decoders';
