import { type HrTime, ValueType } from '@opentelemetry/api';
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { random, resource } from './spans';

/** Log records of a request, 5 attributes each. */
export function makeLogRecords(count: number): ReadableLogRecord[] {
  const records: ReadableLogRecord[] = [];
  const collector = { onEmit: (record: unknown) => void records.push(record as ReadableLogRecord) };
  const processor = { ...collector, forceFlush: async () => {}, shutdown: async () => {} };
  const logger = new LoggerProvider({ resource, processors: [processor] }).getLogger('app', '1.0.0');
  for (let i = 0; i < count; i++) {
    logger.emit({
      severityNumber: 9,
      severityText: 'INFO',
      body: `order ${random(1e6)} accepted for customer ${random(1e6)} after ${random(300)} ms`,
      attributes: {
        'code.function.name': 'acceptOrder',
        'code.file.path': '/srv/app/orders/accept.js',
        'thread.id': 1,
        'order.total': random(1e5) / 100,
        'customer.tier': 'gold',
      },
    });
  }
  return records;
}

export type MetricKind = 'sums' | 'histograms';

const INSTRUMENTS = 8;
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Cumulative series of 8 instruments, with the attributes of HTTP requests; histograms have 15 buckets. */
export function makeMetrics(series: number, kind: MetricKind): ResourceMetrics {
  const metrics = times(INSTRUMENTS, () => (kind === 'sums' ? sum : histogram)(series / INSTRUMENTS));
  return { resource, scopeMetrics: [{ scope: { name: 'meter', version: '1' }, metrics }] };
}

const times = <Item>(count: number, make: () => Item): Item[] => Array.from({ length: count }, make);

const cumulative = { aggregationTemporality: AggregationTemporality.CUMULATIVE };

function sum(series: number): MetricData {
  return {
    ...cumulative,
    dataPointType: DataPointType.SUM,
    isMonotonic: true,
    descriptor: {
      name: `http.server.requests.${random(100)}`,
      description: 'Number of requests',
      unit: '{request}',
      valueType: ValueType.INT,
    },
    dataPoints: times(series, () => point(random(1e6))),
  };
}

function histogram(series: number): MetricData {
  return {
    ...cumulative,
    dataPointType: DataPointType.HISTOGRAM,
    descriptor: {
      name: `http.server.request.duration.${random(100)}`,
      description: 'Duration of requests',
      unit: 's',
      valueType: ValueType.DOUBLE,
    },
    dataPoints: times(series, () => {
      const counts = times(BOUNDARIES.length + 1, () => random(1000));
      return point({
        buckets: { boundaries: BOUNDARIES, counts },
        count: 5000,
        sum: 123.4 + random(100),
        min: 0.001,
        max: 12.5,
      });
    }),
  };
}

function point<Value>(value: Value) {
  return {
    startTime: [1_790_000_000, 1000] as HrTime,
    endTime: [1_790_000_060, 2000] as HrTime,
    attributes: {
      'http.request.method': 'GET',
      'http.route': `/r/${random(100)}`,
      'http.response.status_code': 200,
    },
    value,
  };
}
