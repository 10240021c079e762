/**
 * Replaces numbers and ids in URLs and SQL by placeholders, and merges data points that become equal. README.md
 * beside this file shows the configuration.
 */
import { Attributes, Json, Metric, Span, mergeEqualPoints } from 'otelwasm/assembly';
import { configure, keys, ruleOf, spanNames } from './config';

export function onStart(config: Json): void {
  configure(config);
}

export function onSpan(span: Span): bool {
  const rule = spanNames;
  if (rule !== null) {
    const name = span.name;
    const template = rule.of(name);
    if (template !== name) span.setNameText(template);
  }
  replaceIn(span.attributes);
  return true;
}

export function onMetric(metric: Metric): bool {
  let changed = false;
  const points = metric.points;
  while (points.next()) {
    if (replaceIn(points.current.attributes)) changed = true;
  }
  if (changed) mergeEqualPoints(metric);
  return true;
}

/** True when a value was replaced. */
function replaceIn(attributes: Attributes): bool {
  let changed = false;
  while (attributes.nextOf(keys)) {
    // Empty for other types.
    const text = attributes.value.text;
    const template = ruleOf(keys.last).of(text);
    if (template === text) continue;
    attributes.replaceText(template);
    changed = true;
  }
  return changed;
}
