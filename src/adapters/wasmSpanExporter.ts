import type { ExportResult } from '@opentelemetry/core';
import type { SpanExporter, ReadableSpan } from '@opentelemetry/sdk-trace';
import { leaseTraces } from '../otlp';
import {
  CONSUMER_OPTION_NAMES,
  type ConsumerOptions,
  createPipeline,
  type Guests,
  knownOptions,
} from '../pipeline';
import { discardSink } from '../sink';
import { Adapter } from './adapter';
import { exportInto } from './batching';

/** Options of {@link WasmSpanExporter}. */
export type WasmSpanExporterOptions = ConsumerOptions;

/** A SpanExporter whose guest is the end of the line: what the guest answers is the result of the export. */
export class WasmSpanExporter extends Adapter<'traces'> implements SpanExporter {
  /**
   * Of a chain, the last guest is the exporter and those before it are processors. Throws OtelWasmError:
   * `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmSpanExporterOptions = {}) {
    knownOptions(options, CONSUMER_OPTION_NAMES);
    super('traces', createPipeline('exporter', 'traces', guests, discardSink, options, 'WasmSpanExporter'));
  }

  /** Never throws; calls back with the guest's answer: an OtelWasmError when it did not take the spans. */
  export(spans: ReadableSpan[], callback: (result: ExportResult) => void): void {
    exportInto(this.pipeline, spans, leaseTraces, callback, true);
  }
}
