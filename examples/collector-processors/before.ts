import { type LogRecordProcessor, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { AggregationTemporality, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';

const nothingToDo = {
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

/** Remembers what the app made, as the SDK has it, beside the guests. */
export class Before {
  readonly spans: ReadableSpan[] = [];
  readonly logRecords: ReadableLogRecord[] = [];
  readonly metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);

  readonly spanProcessor: SpanProcessor = {
    ...nothingToDo,
    onStart: () => undefined,
    onEnd: span => void this.spans.push(span),
  };
  readonly logRecordProcessor: LogRecordProcessor = {
    ...nothingToDo,
    onEmit: record => void this.logRecords.push(record),
  };
}
