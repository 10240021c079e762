/** Drops log records below a severity and redacts the rest. README.md beside this file shows the configuration. */
import { Json, LogRecord, Resource, Scope } from 'otelwasm/assembly';
import { OPTIONS, configure, redact, redactLogRecord } from '../common/redactor';

const SEVERITIES = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

let minimum: i32 = 0;

export function onStart(config: Json): void {
  config.only(OPTIONS.concat(['minSeverity']));
  configure(config);
  const severity = config.get('minSeverity');
  if (!severity.exists) return;
  const index = SEVERITIES.indexOf(severity.string());
  if (index < 0) severity.expected('one of ' + SEVERITIES.join(', '));
  // OTLP gives each name four numbers: trace 1-4, debug 5-8, ...
  minimum = 1 + 4 * index;
}

export function onResource(resource: Resource): bool {
  redact(resource.attributes);
  return true;
}

export function onScope(scope: Scope): bool {
  redact(scope.attributes);
  return true;
}

export function onLogRecord(record: LogRecord): bool {
  const severity = record.severityNumber;
  // Records without a severity are kept: nothing says that they do not matter.
  if (severity != 0 && severity < minimum) return false;
  redactLogRecord(record);
  return true;
}
