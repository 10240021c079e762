import type { ExportResult } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { leaseLogs } from '../otlp';
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

/** Options of {@link WasmLogRecordExporter}. */
export type WasmLogRecordExporterOptions = ConsumerOptions;

/** A LogRecordExporter whose guest is the end of the line: what the guest answers is the result of the export. */
export class WasmLogRecordExporter extends Adapter<'logs'> implements LogRecordExporter {
  /**
   * Of a chain, the last guest is the exporter and those before it are processors. Throws OtelWasmError:
   * `INVALID_OPTION`, `GUEST_NOT_FOUND`, `GUEST_INVALID`, `ABI_MISMATCH`, `MEMORY_LIMIT`; inline also `START_FAILED`.
   */
  constructor(guests: Guests, options: WasmLogRecordExporterOptions = {}) {
    knownOptions(options, CONSUMER_OPTION_NAMES);
    super('logs', createPipeline('exporter', 'logs', guests, discardSink, options, 'WasmLogRecordExporter'));
  }

  /** Never throws; calls back with the guest's answer: an OtelWasmError when it did not take the log records. */
  export(logRecords: ReadableLogRecord[], callback: (result: ExportResult) => void): void {
    exportInto(this.pipeline, logRecords, leaseLogs, callback, true);
  }
}
