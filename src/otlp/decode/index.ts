export { decodeExportResponse } from './decodeExportResponse';
export { decodeLogs } from './decodeLogs';
export { decodeMetrics, type DecodedMetrics } from './decodeMetrics';
export { decodeTraces } from './decodeTraces';
export type { Unrepresentable } from './unrepresentable';
