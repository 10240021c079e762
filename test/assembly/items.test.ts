import assert from 'node:assert/strict';
import { otlpFromJson, otlpToJson } from '../../src/otlp/json';
import { compile } from './compile';
import { Guest } from './harness';
import { TracesData, LogsData } from './otlp';

const LONE = 'String.fromCharCode(0xd83d)';

const SOURCES = {
  views: `
    import { LogRecord, Metric, Span, Text, fail } from 'otelwasm/assembly';
    function tell(texts: Text[]): void {
      fail(texts.map<string>((text: Text): string => text.toString()).join(' '));
    }
    export function onSpan(span: Span): bool {
      const links = span.links;
      links.next();
      const attributes = span.attributes;
      tell([
        span.traceId, span.spanId, span.traceState, span.parentSpanId, span.name, span.statusMessage,
        attributes.text('a'), attributes.text('b'), attributes.text('a'),
        links.current.traceId, links.current.spanId, span.scope.name, span.scope.version,
      ]);
      return true;
    }
    export function onMetric(metric: Metric): bool {
      const points = metric.points;
      points.next();
      const exemplars = points.current.exemplars;
      exemplars.next();
      tell([
        metric.name, metric.description, metric.unit,
        exemplars.current.traceId, exemplars.current.spanId, exemplars.current.attributes.text('a'),
      ]);
      return true;
    }
    export function onLogRecord(record: LogRecord): bool {
      const body = record.body;
      tell([record.severityText, body.text, body.bytes, record.eventName, record.traceId, record.spanId]);
      return true;
    }`,
  lone: `
    import { LogRecord, Span, StatusCode, Value } from 'otelwasm/assembly';
    const half = 'x' + ${LONE};
    export function onSpan(span: Span): bool {
      span.setName(half);
      span.setStatus(StatusCode.Error, half);
      const attributes = span.attributes;
      attributes.set(half, Value.text(half));
      if (attributes.find('old')) attributes.rename(half);
      const events = span.events;
      while (events.next()) events.current.setName(half);
      return true;
    }
    export function onLogRecord(record: LogRecord): bool {
      record.setSeverityText(half);
      record.setBody(Value.text(half));
      return true;
    }`,
  points: `
    import { Metric, MetricKind } from 'otelwasm/assembly';
    export function onMetric(metric: Metric): bool {
      const kind = metric.kind;
      const points = metric.points;
      while (points.next()) {
        const point = points.current;
        point.setTimeUnixNano(point.timeUnixNano + 1);
        point.setStartTimeUnixNano(1);
        if (kind == MetricKind.Gauge) {
          if (point.isInt) point.setDouble(<f64>point.int + 0.5);
          else point.setInt(<i64>point.double);
        } else {
          point.setCount(point.count * 2);
          point.setSum(point.sum * 2);
          point.setMin(point.min - 1);
          point.setMax(point.max + 1);
        }
        if (kind == MetricKind.Histogram) {
          const counts = point.bucketCounts;
          for (let i = 0; i < counts.length; i++) counts[i] *= 2;
          point.setBucketCounts(counts);
          const bounds = point.explicitBounds;
          bounds[0] *= 10;
          point.setExplicitBounds(bounds);
        } else if (kind == MetricKind.ExponentialHistogram) {
          point.setScale(point.scale - 1);
          point.setZeroCount(point.zeroCount + 1);
          point.setZeroThreshold(point.zeroThreshold + 1);
          const positive = point.positive;
          const counts = positive.counts;
          counts.push(300);
          point.setPositive(positive.offset - 1, counts);
          point.setNegative(2, point.negative.counts);
        }
        const exemplars = point.exemplars;
        while (exemplars.next()) {
          if (exemplars.current.isInt) exemplars.remove();
          else exemplars.current.attributes.delete('secret');
        }
      }
      return true;
    }`,
  merge: `
    import { Metric } from 'otelwasm/assembly';
    export function onMetric(metric: Metric): bool {
      const points = metric.points;
      points.next();
      points.current.setInt(points.current.int + 1);
      const bytes = points.current.bytes;
      points.append(bytes);
      return true;
    }`,
};

describe('guest SDK: items', function () {
  this.timeout(60_000);
  let modules: Record<string, WebAssembly.Module>;
  before(() => {
    modules = compile(SOURCES);
  });

  const ascii = (text: string): string => Buffer.from(text).toString('hex');

  it('gives each text a separate view, valid until the next item', () => {
    const guest = new Guest(modules.views);
    const string = (key: string, value: string): object => ({ key, value: { stringValue: value } });
    const span = {
      ...{ traceId: ascii('trace'.padEnd(16, '.')), spanId: ascii('span....'), traceState: 'state' },
      ...{ parentSpanId: ascii('parent..'), name: 'name', status: { message: 'message' } },
      attributes: [string('a', 'one'), string('b', 'two')],
      links: [{ traceId: ascii('linked'.padEnd(16, '.')), spanId: ascii('link....') }],
    };
    const scope = { name: 'scope', version: '1.0' };
    assert.equal(
      guest.consume(
        'traces',
        otlpFromJson('traces', { resourceSpans: [{ scopeSpans: [{ scope, spans: [span] }] }] }),
      ).reason,
      'trace........... span.... state parent.. name message one two one linked.......... link.... scope 1.0',
    );
    const exemplar = {
      ...{ traceId: ascii('trace'.padEnd(16, '.')), spanId: ascii('span....'), asInt: '1' },
      filteredAttributes: [string('a', 'filtered')],
    };
    const metric = {
      name: 'n',
      description: 'd',
      unit: 'u',
      gauge: { dataPoints: [{ exemplars: [exemplar] }] },
    };
    assert.equal(
      guest.consume(
        'metrics',
        otlpFromJson('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] }),
      ).reason,
      'n d u trace........... span.... filtered',
    );
    const record = {
      ...{ severityText: 'INFO', eventName: 'event', body: { stringValue: 'body' } },
      ...{ traceId: ascii('trace'.padEnd(16, '.')), spanId: ascii('span....') },
    };
    assert.equal(
      guest.consume(
        'logs',
        otlpFromJson('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
      ).reason,
      'INFO body  event trace........... span....',
    );
  });

  it('encodes an unpaired surrogate as U+FFFD wherever a string becomes bytes', () => {
    const guest = new Guest(modules.lone);
    const span = { name: 'n', attributes: [{ key: 'old', value: {} }], events: [{ name: 'e' }] };
    const [traces] = guest.consume(
      'traces',
      otlpFromJson('traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    ).results;
    const half = 'x\ufffd';
    const [changed] = TracesData.decode(traces).resourceSpans[0].scopeSpans[0].spans;
    const texts = [changed.name, changed.status.message, changed.events[0].name];
    for (const { key, value } of changed.attributes) texts.push(key, value.stringValue || half);
    assert.deepEqual(texts, Array(7).fill(half));
    assert.ok(!traces.includes(0xed), 'surrogates are encoded with ED');
    const [logs] = guest.consume(
      'logs',
      otlpFromJson('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityText: 'a' }] }] }] }),
    ).results;
    const [record] = LogsData.decode(logs).resourceLogs[0].scopeLogs[0].logRecords;
    assert.deepEqual([record.severityText, record.body.stringValue], [half, half]);
  });

  /** The metrics that the guest makes of these. */
  function metricsOf(module: WebAssembly.Module, metrics: object[]): object[] {
    const { reason, results } = new Guest(module).consume(
      'metrics',
      otlpFromJson('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
    );
    assert.equal(reason, undefined);
    const json = otlpToJson('metrics', results[0]) as {
      resourceMetrics: { scopeMetrics: { metrics: object[] }[] }[];
    };
    return json.resourceMetrics[0].scopeMetrics[0].metrics;
  }

  it('changes every field of a data point', () => {
    const attribute = (key: string): object => ({ key, value: { stringValue: 'v' } });
    const time = { startTimeUnixNano: '1', timeUnixNano: '3' };
    const point = (more: object): object => ({ timeUnixNano: '2', ...more });
    const exemplars = [
      { asInt: '1' },
      { asDouble: 1, filteredAttributes: [attribute('secret'), attribute('kept')] },
    ];
    const kept = [{ asDouble: 1, filteredAttributes: [attribute('kept')] }];
    const gauge = {
      name: 'g',
      gauge: { dataPoints: [point({ asInt: '4', exemplars }), point({ asDouble: 7.9 })] },
    };
    const histogram = {
      name: 'h',
      histogram: {
        dataPoints: [
          point({
            ...{ count: '3', sum: 5, min: 1, max: 3 },
            bucketCounts: ['1', '2'],
            explicitBounds: [2],
            exemplars,
          }),
        ],
      },
    };
    const exponential = {
      name: 'e',
      exponentialHistogram: {
        dataPoints: [
          point({
            ...{ count: '3', sum: 5, min: 1, max: 3, scale: 1, zeroCount: '4', zeroThreshold: 0.5 },
            ...{
              positive: { offset: -1, bucketCounts: ['1', '2'] },
              negative: { bucketCounts: ['9'] },
              exemplars,
            },
          }),
        ],
      },
    };
    const recorded = { count: '6', sum: 10, min: 0, max: 4 };
    assert.deepEqual(metricsOf(modules.points, [gauge, histogram, exponential]), [
      {
        name: 'g',
        gauge: {
          dataPoints: [
            { ...time, asDouble: 4.5, exemplars: kept },
            { ...time, asInt: '7' },
          ],
        },
      },
      {
        name: 'h',
        histogram: {
          dataPoints: [
            { ...time, ...recorded, bucketCounts: ['2', '4'], explicitBounds: [20], exemplars: kept },
          ],
        },
      },
      {
        name: 'e',
        exponentialHistogram: {
          dataPoints: [
            {
              ...{ ...time, ...recorded, scale: 0, zeroCount: '5', zeroThreshold: 1.5, exemplars: kept },
              ...{
                positive: { offset: -2, bucketCounts: ['1', '2', '300'] },
                negative: { offset: 2, bucketCounts: ['9'] },
              },
            },
          ],
        },
      },
    ]);
  });

  it('appends a copy of an item with its current changes', () => {
    assert.deepEqual(metricsOf(modules.merge, [{ name: 'g', gauge: { dataPoints: [{ asInt: '1' }] } }]), [
      { name: 'g', gauge: { dataPoints: [{ asInt: '2' }, { asInt: '2' }] } },
    ]);
  });
});
