export { decodedLogRecords, decodedMetrics, decodedSpans } from './decoders';
export { discardSink } from './discardSink';
export { createOtlpHttpSink, type OtlpHttpOptions } from './otlpHttp';
export { createSdkExporterSink, type Decoded, type SdkExporter } from './sdkExporter';
export { type SendOutcome, SENT, type Sink } from './sink';
