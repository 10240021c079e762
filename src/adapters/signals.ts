import type { Signal } from '../abi';
import type { ReadableLogRecord, ReadableSpan, ResourceMetrics } from '../otel';
import { BatchEncoder, leaseLogs, leaseMetrics, leaseTraces } from '../otlp';
import { type Decoded, decodedLogRecords, decodedMetrics, decodedSpans } from '../sink';
import type { BatchDefaults, Encode } from './batching';

/** What differs between the adapters of different signals. */
export interface SignalKind<S extends Signal, Batch> {
  readonly signal: S;
  /** Encodes SDK objects. */
  readonly encode: Encode<Batch>;
  /** Decodes bytes to SDK objects, for the next exporter. */
  readonly decode: (bytes: Uint8Array) => Decoded<Batch>;
}

/** A signal whose items are collected into batches here. */
export type BatchedSignalKind<S extends Signal, Item extends ReadableSpan | ReadableLogRecord> = SignalKind<
  S,
  Item[]
> & {
  readonly batching: BatchDefaults;
  readonly createEncoder: () => BatchEncoder<Item>;
};

export const SPANS: BatchedSignalKind<'traces', ReadableSpan> = {
  signal: 'traces',
  encode: leaseTraces,
  decode: decodedSpans,
  createEncoder: () => BatchEncoder.forSpans(),
  batching: { environment: 'OTEL_BSP', scheduledDelayMillis: 5_000 },
};

export const LOG_RECORDS: BatchedSignalKind<'logs', ReadableLogRecord> = {
  signal: 'logs',
  encode: leaseLogs,
  decode: decodedLogRecords,
  createEncoder: () => BatchEncoder.forLogRecords(),
  batching: { environment: 'OTEL_BLRP', scheduledDelayMillis: 1_000 },
};

export const METRICS: SignalKind<'metrics', ResourceMetrics> = {
  signal: 'metrics',
  encode: leaseMetrics,
  decode: decodedMetrics,
};
