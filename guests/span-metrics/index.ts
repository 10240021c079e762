/**
 * Derives metrics from spans: calls and their durations, by service, name, kind, status and chosen attributes.
 * README.md beside this file shows the configuration.
 */
import { Json, Resource, Signal, Span, Temporality, Writer, now, setResult } from 'otelwasm/assembly';
import { Dimensions } from './dimensions';
import { Settings } from './settings';
import { ResourceSeries, SeriesTable } from './seriesTable';
import { writeMetrics } from './output';

const FLAGS: u32 = 16;
const SAMPLED: u32 = 1;
const TRACE_ID_BYTES: usize = 16;
const SPAN_ID_BYTES: usize = 8;

const settings = new Settings();
const dimensions = new Dimensions();
const table = new SeriesTable(settings);
const writer = new Writer();
let current: ResourceSeries | null = null;
let collectedAt: u64 = 0;

export function onStart(config: Json): void {
  config.only(['namespace', 'dimensions', 'excludeDimensions', 'histogram', 'exemplars', 'maxSeries']);
  settings.read(config);
  dimensions.read(config);
  collectedAt = now();
}

export function onResource(resource: Resource): bool {
  dimensions.useResource(resource);
  current = table.of(resource.bytes);
  return true;
}

export function onSpan(span: Span): bool {
  dimensions.useSpan(span);
  const start = span.startTimeUnixNano;
  const end = span.endTimeUnixNano;
  const value = end > start ? <f64>(end - start) / settings.nanosPerUnit : 0;
  const series = table.find(current!, dimensions);
  series.record(value);
  // The overflow series has no exemplars. An exemplar of a span that was not exported leads nowhere.
  if (settings.maxExemplars == 0 || table.isOverflow || !isSampled(span)) return true;
  const traceId = span.traceId;
  const spanId = span.spanId;
  if (traceId.size == TRACE_ID_BYTES && spanId.size == SPAN_ID_BYTES)
    series.addExemplar(traceId, spanId, end, value, settings.maxExemplars);
  return true;
}

/** By the trace flags, if they are known. */
function isSampled(span: Span): bool {
  const flags = span.message.fixed32(FLAGS);
  return flags == 0 || (flags & SAMPLED) != 0;
}

export function onCollect(temporality: Temporality): void {
  const time = now();
  writer.clear();
  writeMetrics(writer, table, settings, temporality, collectedAt, time);
  if (temporality == Temporality.Delta) table.clear();
  else table.clearExemplars();
  current = null;
  collectedAt = time;
  if (writer.size > 0) setResult(Signal.Metrics, writer.pointer, writer.size);
}
