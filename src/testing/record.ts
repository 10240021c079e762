import type { Meter, TimeInput, Tracer } from '@opentelemetry/api';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createResource, type ReadableLogRecord, type ReadableSpan, type ResourceMetrics } from '../otel';

const SCOPE = 'test';
const RESOURCE = createResource({ 'service.name': 'test' });

/** A logger of the SDK, with the part that its users call. */
export interface Logger {
  emit(record: LogRecord): void;
}

/** The argument of {@link Logger.emit}. The SDK fills in the rest. */
export type LogRecord = Partial<
  Pick<ReadableLogRecord, 'body' | 'attributes' | 'severityNumber' | 'severityText' | 'eventName'>
> & { readonly timestamp?: TimeInput; readonly observedTimestamp?: TimeInput };

/** Nothing to flush or shut down. */
const IDLE = { forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };

/**
 * The SDK's spans that `act` creates with the tracer and ends. Their resource is `service.name: test`. All three
 * functions return promises: the SDK collects metrics asynchronously, and `act` may be asynchronous too.
 */
export async function recordSpans(act: (tracer: Tracer) => void | Promise<void>): Promise<ReadableSpan[]> {
  const spans: ReadableSpan[] = [];
  const collector = {
    ...IDLE,
    onStart: () => undefined,
    onEnd: (span: ReadableSpan) => void spans.push(span),
  };
  await act(new TracerProvider({ resource: RESOURCE, spanProcessors: [collector] }).getTracer(SCOPE));
  return spans;
}

/** The SDK's log records that `act` emits. Their resource is `service.name: test`. */
export async function recordLogs(
  act: (logger: Logger) => void | Promise<void>,
): Promise<ReadableLogRecord[]> {
  const records: ReadableLogRecord[] = [];
  const collector = { ...IDLE, onEmit: (record: ReadableLogRecord) => void records.push(record) };
  await act(new LoggerProvider({ resource: RESOURCE, processors: [collector] }).getLogger(SCOPE));
  return records;
}

/** Collects the SDK's metrics after `act` has used the meter, with the resource `service.name: test`. */
export async function recordMetrics(act: (meter: Meter) => void | Promise<void>): Promise<ResourceMetrics[]> {
  const reader = new CollectingReader();
  const provider = new MeterProvider({ resource: RESOURCE, readers: [reader] });
  await act(provider.getMeter(SCOPE));
  const { resourceMetrics } = await reader.collect();
  return [resourceMetrics];
}

class CollectingReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}
