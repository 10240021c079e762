// The codec generated from the official .proto files: an oracle that shares no code with this package.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { opentelemetry } = require('otlp-protobufjs/build/src/generated/root.js') as Generated;

interface Generated {
  opentelemetry: { proto: Record<'trace' | 'metrics' | 'logs', { v1: Record<string, MessageType> }> };
}

interface MessageType {
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): unknown;
}

const TYPES = {
  traces: opentelemetry.proto.trace.v1.TracesData,
  metrics: opentelemetry.proto.metrics.v1.MetricsData,
  logs: opentelemetry.proto.logs.v1.LogsData,
};

/** OTLP bytes as plain objects with proto3 JSON's field names: 64-bit numbers as text, bytes as base64. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function decodeOtlp(signal: keyof typeof TYPES, bytes: Uint8Array): any {
  return TYPES[signal].toObject(TYPES[signal].decode(bytes), { longs: String, bytes: String, enums: String });
}

/** Names of the spans in OTLP bytes, in order. */
export function spanNames(bytes: Uint8Array): string[] {
  interface Spans {
    resourceSpans?: { scopeSpans?: { spans?: { name: string }[] }[] }[];
  }
  const { resourceSpans = [] } = decodeOtlp('traces', bytes) as Spans;
  return resourceSpans.flatMap(({ scopeSpans = [] }) =>
    scopeSpans.flatMap(({ spans = [] }) => spans.map(({ name }) => name)),
  );
}
