import type { Signal } from '../../src/abi/signal';
// Generated from the official .proto files, decoders included.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { opentelemetry } = require('otlp-protobufjs/build/src/generated/root');

const { proto } = opentelemetry;
const PAYLOADS = {
  traces: proto.trace.v1.TracesData,
  metrics: proto.metrics.v1.MetricsData,
  logs: proto.logs.v1.LogsData,
};

/** What protobufjs reads in a payload, defaults filled in: a second opinion on what bytes mean. */
export function readWithProtobufjs(signal: Signal, bytes: Uint8Array): Record<string, never[]> {
  const message = PAYLOADS[signal].decode(bytes);
  return PAYLOADS[signal].toObject(message, { longs: String, bytes: String, defaults: true, arrays: true });
}

/** Bytes of a payload given as the plain object of its fields. */
export function writeWithProtobufjs(signal: Signal, payload: object): Uint8Array {
  return Uint8Array.from(PAYLOADS[signal].encode(PAYLOADS[signal].fromObject(payload)).finish());
}
