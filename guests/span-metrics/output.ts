/** Writes series as OTLP metrics. Each point: start 2, time 3. The numbers of all other fields depend on its kind. */
import { FieldReader, Temporality, Writer } from 'otelwasm/assembly';
import { Exponential } from './exponential';
import { EXEMPLAR_BYTES, Series } from './series';
import { ResourceSeries, SeriesTable } from './seriesTable';
import { Settings } from './settings';

const SCOPE = 'otelwasm/span-metrics';

let to: Writer = new Writer();
let isDelta: bool = false;
let since: u64 = 0;
let time: u64 = 0;

/** Writes a MetricsData with all series; nothing if there are none. */
export function writeMetrics(
  writer: Writer,
  table: SeriesTable,
  settings: Settings,
  temporality: Temporality,
  collectedAt: u64,
  now: u64,
): void {
  to = writer;
  isDelta = temporality == Temporality.Delta;
  since = collectedAt;
  time = now;
  for (let i = 0; i < table.resources.length; i++) {
    const all = allOf(table.resources[i]);
    const resource = table.resources[i].resource;
    if (all.length == 0) continue;
    to.begin(1);
    to.raw(1, changetype<usize>(resource), resource.length);
    to.begin(2);
    to.begin(1);
    to.text(1, SCOPE);
    to.end();
    writeCalls(all, settings, temporality);
    writeDurations(all, settings, temporality);
    to.end();
    to.end();
  }
}

function allOf(resource: ResourceSeries): Series[] {
  const all = resource.byHash.values();
  const overflow = resource.overflow;
  if (overflow !== null) all.push(overflow);
  return all;
}

function writeCalls(all: Series[], settings: Settings, temporality: Temporality): void {
  to.begin(2);
  to.text(1, settings.prefix + 'calls');
  to.text(2, 'Number of spans.');
  to.text(3, '{span}');
  to.begin(7);
  for (let i = 0; i < all.length; i++) {
    beginPoint(all[i], 7);
    to.fixed64(6, all[i].calls);
    writeExemplars(all[i], 5);
    to.end();
  }
  to.varint(2, temporality);
  to.varint(3, 1);
  to.end();
  to.end();
}

function writeDurations(all: Series[], settings: Settings, temporality: Temporality): void {
  const isExponential = settings.exponentialSize > 0;
  to.begin(2);
  to.text(1, settings.prefix + 'duration');
  to.text(2, 'Duration of spans.');
  to.text(3, settings.unit);
  to.begin(isExponential ? 10 : 9);
  for (let i = 0; i < all.length; i++) {
    const series = all[i];
    beginPoint(series, isExponential ? 1 : 9);
    to.fixed64(4, series.calls);
    to.double(5, series.sum);
    const exponential = series.exponential;
    if (exponential !== null) writeExponential(exponential);
    else {
      to.raw(6, changetype<usize>(series.counts), (<usize>series.counts.length) << 3);
      to.raw(7, changetype<usize>(settings.bounds), (<usize>settings.bounds.length) << 3);
    }
    writeExemplars(series, isExponential ? 11 : 8);
    to.end();
  }
  to.varint(2, temporality);
  to.end();
  to.end();
}

function writeExponential(histogram: Exponential): void {
  to.varint(6, zigzag(histogram.scale));
  to.fixed64(7, histogram.zeroCount);
  if (!histogram.isEmpty) {
    to.begin(8);
    to.varint(1, zigzag(histogram.first));
    for (let i = 0; i <= histogram.last - histogram.first; i++) to.varint(2, histogram.counts[i]);
    to.end();
  }
  to.double(12, histogram.min);
  to.double(13, histogram.max);
}

/** A point with its times and attributes. The number of the attributes differs by kind of point. */
function beginPoint(series: Series, attributesNumber: u32): void {
  to.begin(1);
  const start = changetype<usize>(series.attributes);
  const attributes = new FieldReader(start, start + series.attributes.length, 1);
  while (attributes.next()) to.raw(attributesNumber, attributes.body, attributes.end - attributes.body);
  to.fixed64(2, isDelta ? since : series.startTimeUnixNano);
  to.fixed64(3, time);
}

/** Exemplar: time 2, value 3, span id 4, trace id 5. */
function writeExemplars(series: Series, number: u32): void {
  for (let i = 0; i < series.exemplarCount; i++) {
    const at = changetype<usize>(series.exemplars!) + <usize>i * EXEMPLAR_BYTES;
    to.begin(number);
    to.fixed64(2, load<u64>(at, 24));
    to.double(3, load<f64>(at, 32));
    to.raw(4, at + 16, 8);
    to.raw(5, at, 16);
    to.end();
  }
}

function zigzag(value: i32): u64 {
  return <u64>(<u32>((value << 1) ^ (value >> 31)));
}
