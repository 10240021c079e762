import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { decodeLogs, decodeMetrics, decodeTraces } from '../../src/otlp';
import type { EmbeddedSink } from '../support/embeddedSink';
import { formatTable } from '../support/table';
import type { Before } from './before';
import type { Adapters } from './telemetry';

/** What one item says, by what it keeps whatever the guests do: a span's id, a metric's name, a record's event name. */
type Items = ReadonlyMap<string, string>;

/** Prints, item by item, what the app made and what left the process. */
export function printBeforeAndAfter(before: Before, sink: EmbeddedSink, adapters: Adapters): void {
  const rows = [
    ...compare(
      'span',
      spans(before.spans),
      spans(sink.received('/v1/traces').flatMap(body => decodeTraces(body))),
    ),
    ...compare(
      'metric',
      metrics(before.metrics.getMetrics()),
      metrics(sink.received('/v1/metrics').flatMap(body => decodeMetrics(body).resourceMetrics)),
    ),
    ...compare(
      'log',
      logRecords(before.logRecords),
      logRecords(sink.received('/v1/logs').flatMap(body => decodeLogs(body))),
    ),
  ];
  console.log(formatTable([['', 'before', 'after'], ...rows]));

  const failures = Object.values(adapters).flatMap(({ stats }) => Object.entries(stats.itemsFailed));
  const lost = failures.reduce((sum, [, count]) => sum + count, 0);
  console.log(`\nItems lost to a failure: ${lost}`);
}

function compare(what: string, before: Items, after: Items): string[][] {
  return [...before].map(([key, text]) => [what, text, after.get(key) ?? '(dropped)']);
}

function spans(all: readonly ReadableSpan[]): Items {
  return new Map(all.map(span => [span.spanContext().spanId, `${span.name} ${json(span.attributes)}`]));
}

function metrics(all: readonly ResourceMetrics[]): Items {
  const each = all.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(scope => scope.metrics));
  return new Map(
    each.map(({ descriptor: { name }, dataPoints }) => {
      const points = dataPoints.map(({ value, attributes }) => `${json(value)} ${json(attributes)}`);
      return [name, `${name}: ${points.join(', ')}`];
    }),
  );
}

function logRecords(all: readonly ReadableLogRecord[]): Items {
  return new Map(
    all.map(({ eventName = '', body, attributes }) => [eventName, `${text(body)} ${json(attributes)}`]),
  );
}

const text = (body: unknown): string => (typeof body === 'string' ? body : json(body));

/** A hash is long; its beginning tells that it is one. */
const json = (value: unknown): string =>
  JSON.stringify(value)
    .replace(/\b([0-9a-f]{8})[0-9a-f]{56}\b/g, '$1…')
    .replace(/^\{\}$/, '');
