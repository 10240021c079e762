import { isDeepStrictEqual } from 'node:util';
import type { MetricData, ScopeMetrics } from '../../otel';

/**
 * Appends decoded metrics. A batch that was decoded in parts may have been split inside a metric: the last metric
 * before and the first one after are then joined.
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
