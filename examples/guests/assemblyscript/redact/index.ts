/** Masks or removes attributes of spans, metrics and logs by patterns. README.md beside this file shows the configuration. */
import { Json, LogRecord, Metric, Resource, Scope, Span } from 'otelwasm/assembly';
import { OPTIONS, configure, redact, redactLogRecord, redactMetric, redactSpan } from '../common/redactor';

export function onStart(config: Json): void {
  config.only(OPTIONS);
  configure(config);
}

export function onResource(resource: Resource): bool {
  redact(resource.attributes);
  return true;
}

export function onScope(scope: Scope): bool {
  redact(scope.attributes);
  return true;
}

export function onSpan(span: Span): bool {
  redactSpan(span);
  return true;
}

export function onMetric(metric: Metric): bool {
  redactMetric(metric);
  return true;
}

export function onLogRecord(record: LogRecord): bool {
  redactLogRecord(record);
  return true;
}
