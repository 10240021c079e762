import type { ReadableLogRecord } from '../otel';
import type { ResourceMetrics } from '../otel';
import type { ReadableSpan } from '../otel';
import { OtelWasmError, quote, type Signal } from '../abi';
import { decodeLogs, decodeMetrics, decodeTraces, encodeLogs, encodeMetrics, encodeTraces } from '../otlp';
import { type OtlpJson, otlpFromJson, parseOtlpJson } from '../otlp/json';

/** The SDK's types for a signal's data. */
export interface SdkData {
  readonly traces: ReadableSpan;
  readonly metrics: ResourceMetrics;
  readonly logs: ReadableLogRecord;
}

/** Data for a guest: OTLP protobuf, OTLP JSON (as text or parsed), or SDK objects. */
export type Telemetry<S extends Signal> = Uint8Array | OtlpJson | string | readonly SdkData[S][];

const ENCODERS = {
  traces: (items: readonly unknown[]) => encodeTraces(items as ReadableSpan[]),
  // Concatenated messages are one message with all of their resources.
  metrics: (items: readonly unknown[]) =>
    Buffer.concat(items.map(item => encodeMetrics(item as ResourceMetrics))),
  logs: (items: readonly unknown[]) => encodeLogs(items as ReadableLogRecord[]),
} as const;

const DECODERS: { [S in Signal]: (bytes: Uint8Array) => SdkData[S][] } = {
  traces: decodeTraces,
  metrics: bytes => decodeMetrics(bytes).resourceMetrics,
  logs: decodeLogs,
};

/** The top-level member of OTLP JSON by signal. */
const ROOTS = { traces: 'resourceSpans', metrics: 'resourceMetrics', logs: 'resourceLogs' } as const;

/**
 * Data in any form as OTLP protobuf. Throws OtelWasmError: `INVALID_OPTION` for other values, `DECODE` for JSON that
 * is not OTLP.
 */
export function toBytes<S extends Signal>(signal: S, data: Telemetry<S>): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (Array.isArray(data)) return ENCODERS[signal](data);
  if (data instanceof Promise) {
    throw new OtelWasmError(
      'INVALID_OPTION',
      'the data is a Promise: await it first, for example the result of recordSpans()',
    );
  }
  if (typeof data !== 'string' && (typeof data !== 'object' || data === null || !(ROOTS[signal] in data))) {
    throw new OtelWasmError(
      'INVALID_OPTION',
      `the data is ${quote(data)}: allowed are bytes, OTLP JSON (an object with ${ROOTS[signal]}, or its text) and objects of the SDK in an array`,
    );
  }
  return otlpFromJson(signal, typeof data === 'string' ? parseOtlpJson(data) : data);
}

/** OTLP protobuf as the SDK's objects: spans, log records, or metrics by resource. */
export function toItems<S extends Signal>(signal: S, bytes: Uint8Array): SdkData[S][] {
  return DECODERS[signal](bytes);
}
