import type { ReadableLogRecord } from '../../otel';
import type { ResourceMetrics } from '../../otel';
import type { ReadableSpan } from '../../otel';
import { decodeLogs, decodeMetrics, decodeTraces } from '../../otlp';
import type { Decoded } from './decodedParts';

/** Decodes OTLP `TracesData` to one batch for a SpanExporter. */
export function decodedSpans(bytes: Uint8Array, maxMessages?: number): Decoded<ReadableSpan[]> {
  return { batches: [decodeTraces(bytes, maxMessages)], itemsOf: spans => spans.length };
}

/** Decodes OTLP `LogsData` to one batch for a LogRecordExporter. */
export function decodedLogRecords(bytes: Uint8Array, maxMessages?: number): Decoded<ReadableLogRecord[]> {
  return { batches: [decodeLogs(bytes, maxMessages)], itemsOf: records => records.length };
}

/**
 * Decodes OTLP `MetricsData` to batches for a PushMetricExporter, one per resource, and reports what its types cannot
 * hold.
 */
export function decodedMetrics(bytes: Uint8Array, maxMessages?: number): Decoded<ResourceMetrics> {
  const { resourceMetrics, unrepresentable } = decodeMetrics(bytes, maxMessages);
  if (unrepresentable.length === 0) return { batches: resourceMetrics, itemsOf: dataPoints };
  return {
    batches: resourceMetrics,
    itemsOf: dataPoints,
    unrepresentable: {
      items: unrepresentable.reduce((sum, { dropped, dataPoints }) => sum + (dropped ? dataPoints : 0), 0),
      reasons: unrepresentable
        .map(({ reason, dataPoints }) => `${reason} (${dataPoints} data points)`)
        .join(', '),
    },
  };
}

function dataPoints({ scopeMetrics }: ResourceMetrics): number {
  const metrics = scopeMetrics.flatMap(scope => scope.metrics);
  return metrics.reduce((sum, metric) => sum + metric.dataPoints.length, 0);
}
