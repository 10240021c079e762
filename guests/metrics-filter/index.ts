/** Drops metrics by name, and data points by attributes. README.md beside this file shows the configuration. */
import { Json, Metric } from 'otelwasm/assembly';
import { Rule, keys } from './rule';

let drop: Rule[] = [];

export function onStart(config: Json): void {
  config.only(['drop']);
  drop = config.get('drop').items.map<Rule>((entry: Json): Rule => Rule.from(entry));
}

export function onMetric(metric: Metric): bool {
  let looksAtPoints = false;
  for (let i = 0; i < drop.length; i++) {
    const rule = drop[i];
    rule.applies = rule.matchesName(metric.name);
    if (!rule.applies) continue;
    if (!rule.hasAttributes) return false;
    looksAtPoints = true;
  }
  if (looksAtPoints) dropPoints(metric);
  return true;
}

function dropPoints(metric: Metric): void {
  const points = metric.points;
  while (points.next()) {
    keys.load(points.current.attributes);
    for (let i = 0; i < drop.length; i++) {
      if (!drop[i].applies || !drop[i].matchesPoint()) continue;
      points.remove();
      break;
    }
  }
}
