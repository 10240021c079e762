export { type BytesExporter, createBytesExporterSink } from './bytesExporter';
export {
  type Decoded,
  decodedLogRecords,
  decodedMetrics,
  decodedParts,
  decodedSpans,
  UndecodablePart,
} from './decode';
export { discardSink } from './discardSink';
export { createOtlpSink } from './otlp';
export { createOtlpHttpSink } from './otlpHttp';
export type { OtlpHttpOptions } from './otlpHttpOptions';
export { createSdkExporterSink } from './sdkExporter';
export { type OtlpHttpSetup, type SendOutcome, SENT, type Sink } from './sink';
