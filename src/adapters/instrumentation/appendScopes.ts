import { isDeepStrictEqual } from 'node:util';
import type { MetricData, ScopeMetrics } from '../../otel';

/**
 * Adds metrics that were decoded after those before them. A batch that is decoded in parts can be divided within a metric:
 * the two halves, the last metric before and the first after, become one again.
 */
export function appendScopes(before: ScopeMetrics[], after: readonly ScopeMetrics[]): void {
  const last = before.at(-1);
  const [first, ...others] = after;
  if (last === undefined || !isDeepStrictEqual(last.scope, first?.scope)) {
    before.push(...after);
    return;
  }
  const metric = last.metrics.at(-1);
  const [next, ...rest] = first.metrics;
  if (
    metric === undefined ||
    next === undefined ||
    !isDeepStrictEqual(identityOf(metric), identityOf(next))
  ) {
    last.metrics.push(...first.metrics);
  } else {
    (metric.dataPoints as unknown[]).push(...next.dataPoints);
    last.metrics.push(...rest);
  }
  before.push(...others);
}

function identityOf({ descriptor, dataPointType, aggregationTemporality }: MetricData): unknown {
  return [descriptor, dataPointType, aggregationTemporality];
}
