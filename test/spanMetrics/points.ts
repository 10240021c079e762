/** Reports as texts that can be compared: a line a point, whatever their order and times are. */

import { createHash } from 'node:crypto';

interface Value {
  readonly stringValue?: string;
}
interface Point {
  readonly attributes?: readonly { readonly key: string; readonly value: Value }[];
  readonly asInt?: string;
  readonly count?: string;
  readonly sum?: number;
  readonly bucketCounts?: readonly string[];
  readonly explicitBounds?: readonly number[];
  readonly scale?: number;
  readonly zeroCount?: string;
  readonly positive?: { readonly offset?: number; readonly bucketCounts?: readonly string[] };
  readonly min?: number;
  readonly max?: number;
  readonly exemplars?: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly asDouble?: number;
  }[];
}
interface Data {
  readonly dataPoints?: readonly Point[];
  readonly aggregationTemporality?: number;
  readonly isMonotonic?: boolean;
}
interface Metric {
  readonly name: string;
  readonly unit?: string;
  readonly sum?: Data;
  readonly histogram?: Data;
  readonly exponentialHistogram?: Data;
}
interface Report {
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics?: readonly { readonly metrics?: readonly Metric[] }[];
  }[];
}

/** A line for each report: how many points, and a hash of them. */
export function fingerprint(points: readonly string[]): string {
  return `${points.length} ${createHash('sha256').update(points.join('\n')).digest('hex')}`;
}

/** The points of a report, as OTLP JSON has them. */
export function pointsOf(report: object): string[] {
  const metrics = ((report as Report).resourceMetrics ?? []).flatMap(({ scopeMetrics = [] }) =>
    scopeMetrics.flatMap(({ metrics: all = [] }) => all),
  );
  return metrics
    .flatMap(({ name, unit, sum, histogram, exponentialHistogram }) => {
      const data = sum ?? histogram ?? exponentialHistogram ?? {};
      // The connector gives calls no unit.
      const head = [name, sum ? '' : (unit ?? ''), data.aggregationTemporality, data.isMonotonic ?? ''];
      return (data.dataPoints ?? []).map(point => [...head, ...pointText(point)].join(' '));
    })
    .sort();
}

function pointText(point: Point): unknown[] {
  const { attributes = [], exemplars = [], positive = {} } = point;
  const keys = attributes.map(({ key, value }) => `${key}=${Object.values(value).join()}`).sort();
  const shown = exemplars.map(({ traceId, spanId, asDouble = 0 }) => `${traceId}/${spanId}/${asDouble}`);
  const number = (value: string | number | undefined): number => Number(value ?? 0);
  const numbers =
    point.count === undefined
      ? [number(point.asInt)]
      : [
          ...[number(point.count), number(point.sum)],
          `[${(point.bucketCounts ?? []).map(Number).join()}]`,
          `[${(point.explicitBounds ?? []).join()}]`,
          ...[number(point.scale), number(point.zeroCount), number(positive.offset)],
          `[${(positive.bucketCounts ?? []).map(Number).join()}]`,
          ...[number(point.min), number(point.max)],
        ];
  return [`{${keys.join()}}`, ...numbers, ...shown];
}
