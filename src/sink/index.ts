export { type BytesExporter, createBytesExporterSink } from './bytesExporter';
export { decodedLogRecords, decodedMetrics, decodedSpans } from './decoders';
export { discardSink } from './discardSink';
export { createOtlpSink } from './otlp';
export { createOtlpHttpSink } from './otlpHttp';
export type { OtlpHttpOptions } from './otlpHttpOptions';
export { createSdkExporterSink, type Decoded } from './sdkExporter';
export { type OtlpHttpSetup, type SendOutcome, SENT, type Sink } from './sink';
