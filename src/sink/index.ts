export { type BytesExporter, createBytesExporterSink } from './bytesExporter';
export { decodedLogRecords, decodedMetrics, decodedSpans } from './decoders';
export { type Decoded, decodedParts, UndecodablePart } from './decodedParts';
export { discardSink } from './discardSink';
export { createOtlpSink } from './otlp';
export { createOtlpHttpSink } from './otlpHttp';
export type { OtlpHttpOptions } from './otlpHttpOptions';
export { createSdkExporterSink } from './sdkExporter';
export { type OtlpHttpSetup, type SendOutcome, SENT, type Sink } from './sink';
