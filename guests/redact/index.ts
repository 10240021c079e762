/** Masks secrets and personal data in every text of traces, metrics and logs, by key and by value. README.md beside this file shows the configuration. */
import {
  Item,
  Json,
  LogRecord,
  Metric,
  Resource,
  Scope,
  Span,
  Text,
  mergeEqualPoints,
} from 'otelwasm/assembly';
import { LOOK, configure, genaiAction } from './config';
import { reportCounts, reportRest } from './counts';
import { GENAI_EVENTS } from './defaults';
import { isClean, unclean } from './inspect';
import { output } from './output';
import { arePointsChanged, rewriteItem } from './rewrite';
import { Shape } from './shapes';
import { keepsUnknown } from './unknown';

export function onStart(config: Json): void {
  configure(config);
}

/** False when the item is to be dropped. */
function redact(item: Item, shape: Shape, body: i32 = LOOK): bool {
  const start = item.message.start;
  const end = item.message.end;
  let from = start;
  if (body == LOOK) {
    if (isClean(shape, start, end, 0)) return true;
    from = unclean;
  }
  if (!rewriteItem(shape, start, from, end, body)) return false;
  const bytes = output.from(0);
  // The output for a resource or a scope must last until all of its items are written.
  if (shape == Shape.Resource || shape == Shape.Scope) item.setBytes(bytes);
  else {
    item.bind(bytes.pointer, bytes.pointer + bytes.size);
    item.message.edit();
  }
  return true;
}

export function onResource(resource: Resource): bool {
  reportCounts();
  return redact(resource, Shape.Resource);
}

export function onScope(scope: Scope): bool {
  return redact(scope, Shape.Scope);
}

/** A schema URL, or a field that is newer than this guest. */
export function onOtherField(content: Text): bool {
  return keepsUnknown(content.pointer, content.pointer + content.size);
}

export function onSpan(span: Span): bool {
  return redact(span, Shape.Span);
}

export function onMetric(metric: Metric): bool {
  if (!redact(metric, Shape.Metric)) return false;
  if (metric.message.edited && arePointsChanged) mergeEqualPoints(metric);
  return true;
}

const genaiEvents = Text.of(GENAI_EVENTS);

export function onLogRecord(record: LogRecord): bool {
  const isGenai =
    genaiAction != LOOK &&
    (record.eventName.startsWith(genaiEvents) ||
      record.attributes.text('event.name').startsWith(genaiEvents));
  return redact(record, Shape.LogRecord, isGenai ? genaiAction : LOOK);
}

export function onShutdown(): void {
  reportRest();
}
